"""Where a part of a message begins, and where each of its lines stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from nurture.delivery.blocks import Line


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part begins. `file` is relative to the templates folder."""

    file: str
    line: int
    lines: tuple[Line, ...] = ()
    """Where each of its lines stands, in a part with blocks or in MJML."""

    def at(self, number: int) -> Self:
        """Where the line of this number stands, counted from 1."""
        if not self.lines:
            return replace(self, line=self.line + number - 1)
        file, line = self.lines[min(number, len(self.lines)) - 1]
        return replace(self, file=file, line=line, lines=())


def placed(file: str, line: int, lines: Sequence[Line] = ()) -> Place:
    return Place(file, line, tuple((one, number) for one, number in lines))
