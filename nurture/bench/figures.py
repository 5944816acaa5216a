"""What a row comes to: ratios of pairs, what is to be reached, and whether that holds."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal

SIGNS = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True)
class Reach:
    sign: Literal[">=", "<="]
    bound: float

    def holds(self, value: float) -> bool:
        return bool(SIGNS[self.sign](value, self.bound))

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:,g}"


@dataclass(frozen=True)
class Side:
    """``values``: one per pair, in the order in which they were measured."""

    name: str
    unit: str
    values: Sequence[float]

    @property
    def middle(self) -> float:
        return median(self.values)


@dataclass(frozen=True)
class Figure:
    """One row of the bench. ``also``: more of what was counted on the way, for people."""

    what: str
    value: float
    reach: Reach
    ours: Side
    other: Side
    spread: tuple[float, float] | None = None
    """The lowest and the highest of what ``value`` is the median of."""
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.reach.holds(self.value)

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "value": self.value,
            "reach": str(self.reach),
            "holds": self.holds,
            "spread": self.spread,
            "ours": _as_json(self.ours),
            "other": _as_json(self.other),
            "also": dict(self.also),
        }


def compared(
    what: str, reach: Reach, ours: Side, other: Side, also: Mapping[str, str] | None = None
) -> Figure:
    """The median of ours / other over the pairs, where more is better."""
    ratios = ratios_of(ours, other)
    spread = min(ratios), max(ratios)
    return Figure(what, median(ratios), reach, ours, other, spread, also or {})


def ratios_of(ours: Side, other: Side) -> list[float]:
    return [mine / theirs for mine, theirs in zip(ours.values, other.values, strict=True)]


def _as_json(side: Side) -> dict[str, Any]:
    return {"name": side.name, "unit": side.unit, "values": list(side.values)}
