"""What the simulated people will do, and when: a diary that is worked through in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

SLOT = timedelta(hours=1)
"""People act on full hours: fewer instants to stop at, and the same days."""
AWAKE = (7, 22)
"""Local hours."""


@dataclass(frozen=True)
class Fetch:
    """One request for an address of a mail."""

    method: str
    url: str
    agent: str


@dataclass(frozen=True)
class Submit:
    """A form on one of our pages."""

    url: str
    form: Mapping[str, str]
    agent: str


@dataclass(frozen=True)
class Tell:
    """Something that a website or a product reports of them."""

    type: str
    data: Mapping[str, Any]


Deed = Fetch | Submit | Tell


@dataclass(frozen=True)
class Act:
    at: datetime
    who: str
    """Their address."""
    deed: Deed


@dataclass
class Diary:
    _acts: list[tuple[datetime, str, int, Act]] = field(default_factory=list)
    _count: int = 0

    def plan(self, acts: Iterable[Act]) -> None:
        """Of one person and one instant, in the order in which they are planned."""
        for act in acts:
            self._count += 1
            heapq.heappush(self._acts, (act.at, act.who, self._count, act))

    @property
    def next_at(self) -> datetime | None:
        return self._acts[0][0] if self._acts else None

    def due(self, now: datetime) -> list[Act]:
        """Those of ``now`` and before, taken out."""
        found = []
        while self._acts and self._acts[0][0] <= now:
            found.append(heapq.heappop(self._acts)[-1])
        return found


def some_time_after(at: datetime, hours: float, zone: str, dice: Random) -> datetime:
    """About ``hours`` later, when people there are awake, in a slot; UTC."""
    later = at + timedelta(hours=min(dice.lognormvariate(0, 0.7) * hours, 24 * 21))
    return slot_after(_when_awake(later, ZoneInfo(zone), dice))


def slot_after(at: datetime) -> datetime:
    """The first slot after ``at``."""
    seconds = SLOT.total_seconds()
    return datetime.fromtimestamp((at.timestamp() // seconds + 1) * seconds, UTC)


def _when_awake(at: datetime, zone: ZoneInfo, dice: Random) -> datetime:
    local = at.astimezone(zone)
    start, end = AWAKE
    if start <= local.hour < end:
        return at
    day = local.date() if local.hour < start else local.date() + timedelta(days=1)
    morning = datetime.combine(day, time(start), zone) + timedelta(hours=3 * dice.random())
    return morning.astimezone(UTC)
