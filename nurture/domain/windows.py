"""Send windows: the hours of the week in which something may happen, in somebody's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_TIME = "any-time"


@dataclass(frozen=True)
class Window:
    days: frozenset[int]
    """0 is Monday."""
    start: time
    end: time
    """Exclusive. Not after ``start``: over midnight, and the window belongs to the day of its start."""

    def opens(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The first instant (UTC), not before ``instant``, at which this window is open."""
        local = instant.astimezone(zone)
        # Two weeks: the hours of a weekly window may be the ones that are skipped when the clocks go forward.
        for offset in range(-1, 16):
            day = (local + timedelta(days=offset)).date()
            if day.weekday() not in self.days:
                continue
            opening = datetime.combine(day, self.start, zone).astimezone(UTC)
            last = day if self.end > self.start else day + timedelta(days=1)
            closing = datetime.combine(last, self.end, zone).astimezone(UTC)
            if max(instant, opening) < closing:
                return max(instant, opening)
        raise AssertionError("a window has at least one day")


def parse_window(days: str, hours: str) -> Window:
    """From ``mon-fri`` or ``mon, wed`` and ``09:00-17:00``. Raises ValueError in a marketer's words."""
    return Window(frozenset(_days(days)), *_hours(hours))


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
