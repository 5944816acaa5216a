"""What came of a simulation, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

IN_FLIGHT, REFUSED = "in flight", "not let in"
DONE = ("opens", "clicks", "answers", "replies", "bounces", "becomes")


@dataclass
class Tally:
    leads: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """Of leads; also those in flight at the end, parked and not let in: together all leads."""
    refused: Counter[str] = field(default_factory=Counter)
    """Of those not let in: why."""
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(step, ``gets`` or what leads did with it) -> how often."""
    days: Counter[tuple[str, date]] = field(default_factory=Counter)
    """(``mails`` or ``handed TEAM`` or ``task NAME``, day by UTC) -> how many."""

    def happened(self, word: str, what: str, day: date, count: int) -> None:
        if word in ("gets", "skips"):
            self.done[what, word] += count
            if word == "gets":
                self.days["mails", day] += count
        elif word in ("handed", "task", "stage"):
            self.days[f"{word} {what}", day] += count

    def series(self, name: str) -> Mapping[date, int]:
        return {day: count for (of, day), count in sorted(self.days.items()) if of == name}

    def names(self, word: str) -> list[str]:
        return sorted({of for of, _ in self.days if of.partition(" ")[0] == word})
