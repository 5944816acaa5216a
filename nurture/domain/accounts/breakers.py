"""When an account has done so badly that it must stop: shares of what it has handed over lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from nurture.domain.intervals import interval

COMPLAINTS, BOUNCES, REFUSALS = "complaints", "bounces", "refusals"
WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class Counts:
    """Of one account in the window. ``bounces``: addresses that are gone; ``refusals``: for our policy,
    authentication or reputation."""

    handed: int = 0
    complaints: int = 0
    bounces: int = 0
    refusals: int = 0

    def of(self, what: str) -> int:
        return {COMPLAINTS: self.complaints, BOUNCES: self.bounces, REFUSALS: self.refusals}[what]

    def share(self, what: str) -> float:
        return self.of(what) / self.handed if self.handed else 0.0


@dataclass(frozen=True)
class Breakers:
    """Shares of 1 from which an account stops, with ``least`` mails handed over."""

    complaints: float = 0.003
    bounces: float = 0.05
    refusals: float = 0.02
    least: int = 100

    @property
    def shares(self) -> Mapping[str, float]:
        return {COMPLAINTS: self.complaints, BOUNCES: self.bounces, REFUSALS: self.refusals}

    def tripped(self, counts: Counts) -> str | None:
        """What stops it. So many in number are needed too: two angry people are no trend. Among fewer than
        ``least`` the share must be too large whatever chance may have done: a first day of a warm-up, or
        a list that is no cleaner after a stop, does not go on until there are enough."""
        if counts.handed < FEWEST:
            return None
        for what, share in self.shares.items():
            if counts.of(what) >= LEAST_OF[what] and self._share(counts, what) >= share:
                return what
        return None

    def _share(self, counts: Counts, what: str) -> float:
        if counts.handed >= self.least:
            return counts.share(what)
        low, _ = interval(min(counts.of(what), counts.handed), counts.handed)
        return low


FEWEST = 20
"""Mails handed over; fewer say nothing."""
LEAST_OF: Mapping[str, int] = {COMPLAINTS: 3, BOUNCES: 5, REFUSALS: 5}
