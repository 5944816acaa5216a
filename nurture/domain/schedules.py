"""Times that come again and again: ``day 09:00``, ``monday 09:00``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ANY_DAY = "day"
PATTERN = re.compile(r"^\s*([a-z]+)\s+([01]?\d|2[0-3]):([0-5]\d)\s*$")
EXPECTED = "a day and a time, such as `monday 09:00` or `day 09:00`"
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Schedule:
    at: time
    weekday: int | None = None
    """0 is Monday; None: every day."""

    def after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The first time later than ``instant``, by the clocks of ``zone``; both in UTC."""
        day = instant.astimezone(zone).date()
        while True:
            if self.weekday is None or day.weekday() == self.weekday:
                found = datetime.combine(day, self.at, zone).astimezone(UTC)
                if found > instant:
                    return found
            day += timedelta(days=1)


MORNING = Schedule(time(5))
"""When is looked, once a day, at what only time can make true of everybody."""


def parse_schedule(text: str) -> Schedule:
    """Raises ValueError in a marketer's words."""
    match = PATTERN.match(text.lower())
    if match is None or match[1] not in (ANY_DAY, *DAYS):
        raise ValueError(f"expected {EXPECTED}, found {text!r}")
    weekday = None if match[1] == ANY_DAY else DAYS.index(match[1])
    return Schedule(time(int(match[2]), int(match[3])), weekday)


def full_hour(instant: datetime) -> datetime:
    """The instant itself if it is a full hour, else the next: when is looked at dates that have come."""
    floor = instant.replace(minute=0, second=0, microsecond=0)
    return floor if floor == instant else floor + HOUR
