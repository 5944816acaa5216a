"""One account: for whom it sends, how fast, and how many on a day."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

KEPT = 5
"""One place of so many of a day is kept for what goes first."""
SPANS = {"s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0}
RATE = re.compile(r"^(\d{1,9}(?:\.\d{1,3})?) ?/ ?(s|min|h|day)$")


def parse_rate(text: str) -> float:
    """``20/min`` -> a second. Raises ValueError."""
    found = RATE.match(text.strip())
    if not found or float(found[1]) <= 0:
        raise ValueError("expected how many in which time, such as 20/min: /s, /min, /h or /day")
    return float(found[1]) / SPANS[found[2]]


@dataclass(frozen=True)
class WarmUp:
    """``days``: how many mails at most on the first day, the second, ...; after the last there is no limit
    by this plan."""

    begins: date
    days: Sequence[int]

    def most(self, day: date) -> int | None:
        number = (day - self.begins).days
        if number < 0:
            return 0
        return self.days[number] if number < len(self.days) else None


def ramp(first: int, by: float, to: int) -> Sequence[int]:
    """Each day ``by`` times the one before, until ``to`` is reached."""
    days = [first]
    while days[-1] < to:
        days.append(min(to, max(days[-1] + 1, math.floor(days[-1] * by))))
    return days


@dataclass(frozen=True)
class Account:
    """``rate``: mails a second; None: what the settings say. ``senders``: domains; none: any."""

    name: str
    senders: Sequence[str] = ()
    rate: float | None = None
    daily: int | None = None
    warm_up: WarmUp | None = None

    def most(self, day: date) -> int | None:
        """Mails on a day; None: no limit."""
        given = [self.daily, self.warm_up.most(day) if self.warm_up else None]
        return min((one for one in given if one is not None), default=None)

    def places(self, day: date, *, first: bool) -> int | None:
        """Those of a day that are open to a mail. ``first``: it goes before others."""
        most = self.most(day)
        return most if most is None or first else most - most // KEPT

    def carries(self, sender: str) -> bool:
        return not self.senders or sender in self.senders
