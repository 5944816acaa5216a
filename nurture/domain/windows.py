"""Send windows: the hours of the week in which something may happen, in somebody's zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_TIME = "any-time"
WEEKS = 16
"""Days looked at: the hours of a weekly window may be those that are skipped when the clocks go forward."""
YEAR = 400
"""Days looked at where some are closed."""
Closed = Callable[[date], object]
"""Whether nothing may begin on a day."""


@dataclass(frozen=True)
class Window:
    days: frozenset[int]
    """0 is Monday."""
    start: time
    end: time
    """Exclusive. Not after ``start``: over midnight, and the window belongs to the day of its start."""

    holidays: bool = False
    """Whether it opens on holidays too."""

    @property
    def length(self) -> timedelta:
        hours = datetime.combine(date.min, self.end) - datetime.combine(date.min, self.start)
        return hours if hours > timedelta() else hours + timedelta(days=1)

    def opens(self, instant: datetime, zone: ZoneInfo, closed: Closed | None = None) -> datetime:
        """The first instant (UTC), not before ``instant``, at which this window is open."""
        first = instant.astimezone(zone).date()
        for offset in range(-1, YEAR if closed else WEEKS):
            day = first + timedelta(days=offset)
            if day.weekday() not in self.days or (closed and closed(day)):
                continue
            opening = _instant(day, self.start, zone)
            if max(instant, opening) < self._closing(day, zone, closed):
                return max(instant, opening)
        if closed:  # every day is: then it is as if none were
            return self.opens(instant, zone)
        raise AssertionError("a window has at least one day")

    def _closing(self, day: date, zone: ZoneInfo, closed: Closed | None) -> datetime:
        """Of the window that opened on ``day``; where the next day is closed, at midnight."""
        if self.end > self.start:
            return _instant(day, self.end, zone)
        last = day + timedelta(days=1)
        end = time() if closed and closed(last) else self.end
        return _instant(last, end, zone)


@lru_cache(maxsize=8192)
def _instant(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)


def parse_window(days: str, hours: str, *, holidays: bool = False) -> Window:
    """From ``mon-fri`` or ``mon, wed`` and ``09:00-17:00``. Raises ValueError in a marketer's words."""
    return Window(frozenset(_days(days)), *_hours(hours), holidays)


def _days(text: str) -> list[int]:
    chosen: list[int] = []
    for part in text.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise ValueError(f"expected days such as mon-fri or mon,wed, found {text!r}")
        start, end = DAYS.index(first), DAYS.index(last or first)
        chosen += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return chosen


def _hours(text: str) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(part.strip().zfill(5)) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"expected hours such as 09:00-17:00, found {text!r}") from None
    return start, end
