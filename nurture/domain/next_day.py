"""A time of day on the next day of a kind, as marketers write it: ``next monday 09:00``, ``next business day
09:00``, ``next day 08:30``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nurture.domain.business_time import FARTHEST
from nurture.domain.calendars import PLAIN, Calendar

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KINDS = ("day", "business day", *WEEKDAYS)
PATTERN = re.compile(rf"^next\s+({'|'.join(KINDS)})\s+(\d{{1,2}}:\d{{2}})$")
EXPECTED = "a day and a time such as `next business day 09:00`, `next monday 09:00` or `next day 08:30`"


@dataclass(frozen=True)
class NextDay:
    """Never the same day: whoever comes on a Monday waits for the Monday after."""

    kind: str
    """One of ``KINDS``."""
    at: time

    def __str__(self) -> str:
        return f"to next {self.kind} {self.at:%H:%M}"

    @property
    def spoken(self) -> str:
        day = self.kind.capitalize() if self.kind in WEEKDAYS else self.kind
        return f"until the next {day} at {self.at:%H:%M}"

    def after(self, instant: datetime, zone: ZoneInfo, calendar: Calendar = PLAIN) -> datetime:
        """``instant`` and the result are UTC; the day and the time are those of ``zone``."""
        day = instant.astimezone(zone).date()
        for _ in range(FARTHEST):
            day += timedelta(days=1)
            if self._is(day.weekday(), works=calendar.works(day)):
                break
        return datetime.combine(day, self.at, zone).astimezone(UTC)

    def span(self) -> timedelta:
        """How long this is at most, holidays left aside."""
        days = {"day": 2, "business day": 4}.get(self.kind, 8)
        return timedelta(days=days)

    def _is(self, weekday: int, *, works: bool) -> bool:
        if self.kind == "business day":
            return works
        return self.kind == "day" or WEEKDAYS[weekday] == self.kind


def parse_next_day(text: str) -> NextDay:
    """Raises ValueError, whose text says what was expected."""
    match = PATTERN.match(" ".join(text.split()))
    try:
        at = time.fromisoformat(match[2].zfill(5)) if match else None
    except ValueError:
        at = None
    if match is None or at is None:
        raise ValueError(f"expected {EXPECTED}, found {text!r}")
    return NextDay(match[1], at)
