"""How much a bench may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAIRS = 5


@dataclass(frozen=True)
class Plan:
    """``folder``: an empty one, for databases and logs. ``say``: told what is being done now."""

    folder: Path
    say: Callable[[str], None]
    pairs: int = PAIRS
    journeys: int | None = None
    """Per side and pair; None: what the row takes by itself."""
    leads: int | None = None
    """Of the row about scoring."""
    seconds: int | None = None
    """For which it lets events come."""
    database: str | None = None
    """The address of an empty database for it; None: a file."""

    def amount(self, usual: int) -> int:
        return self.journeys or usual
