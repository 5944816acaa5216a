"""Durations as marketers write them: ``90m``, ``4h``, ``3d``, ``2w``, ``2 months``, ``5 business days``,
``6 business hours``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from nurture.domain.business_time import minus_hours, plus_days, plus_hours
from nurture.domain.calendars import PLAIN, Calendar

UNITS = {
    "m": "minutes",
    "min": "minutes",
    "minute": "minutes",
    "minutes": "minutes",
    "h": "hours",
    "hour": "hours",
    "hours": "hours",
    "d": "days",
    "day": "days",
    "days": "days",
    "w": "weeks",
    "week": "weeks",
    "weeks": "weeks",
    "mo": "months",
    "month": "months",
    "months": "months",
    "bd": "business days",
    "business day": "business days",
    "business days": "business days",
    "bh": "business hours",
    "business hour": "business hours",
    "business hours": "business hours",
}
PATTERN = re.compile(r"^\s*(\d{1,4})\s*([a-z]+(?: [a-z]+)?)\s*$")
EXPECTED = "a duration such as 90m, 4h, 3d, 2w, 2 months, 5 business days or 6 business hours"


@dataclass(frozen=True)
class Duration:
    count: int
    unit: str

    def __str__(self) -> str:
        short = {"minutes": "m", "hours": "h", "days": "d", "weeks": "w"}
        return f"{self.count}{short[self.unit]}" if self.unit in short else f"{self.count} {self.unit}"

    @property
    def spoken(self) -> str:
        return f"{self.count} {self.unit.removesuffix('s') if self.count == 1 else self.unit}"

    def after(self, instant: datetime, zone: ZoneInfo, calendar: Calendar = PLAIN) -> datetime:
        """``instant`` (UTC) plus this. Minutes and hours elapse; days and longer keep the local hour of
        ``zone``; business days and hours are those of ``calendar``."""
        return self._shift(instant, zone, calendar, 1)

    def before(self, instant: datetime, zone: ZoneInfo, calendar: Calendar = PLAIN) -> datetime:
        return self._shift(instant, zone, calendar, -1)

    def span(self) -> timedelta:
        """How long this is at most, zone and holidays left aside: months count 31 days, business days 7/5
        and a weekend, eight business hours a day."""
        days = {
            "days": self.count,
            "weeks": 7 * self.count,
            "months": 31 * self.count,
            "business days": self.count * 7 // 5 + 2,
            "business hours": self.count * 7 // 40 + 3,
        }
        if self.unit in days:
            return timedelta(days=days[self.unit])
        return timedelta(**{self.unit: self.count})

    def _shift(self, instant: datetime, zone: ZoneInfo, calendar: Calendar, sign: int) -> datetime:
        if self.unit in ("minutes", "hours"):
            return instant + sign * timedelta(**{self.unit: self.count})
        if self.unit == "business hours":
            count = plus_hours if sign > 0 else minus_hours
            return count(instant, timedelta(hours=self.count), zone, calendar)
        local = instant.astimezone(zone).replace(tzinfo=None)
        if self.unit == "months":
            local = _plus_months(local, sign * self.count)
        elif self.unit == "business days":
            local = plus_days(local, sign * self.count, calendar)
        else:
            local += sign * timedelta(**{self.unit: self.count})
        return local.replace(tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Duration:
    """Raises ValueError, whose text says what was expected."""
    match = PATTERN.match(text)
    unit = UNITS.get(match[2]) if match else None
    if match is None or unit is None:
        raise ValueError(f"expected {EXPECTED}, found {text!r}")
    return Duration(int(match[1]), unit)


def _plus_months(local: datetime, months: int) -> datetime:
    index = local.year * 12 + local.month - 1 + months
    year, month = index // 12, index % 12 + 1
    for day in (local.day, 30, 29, 28):
        try:
            return local.replace(year=year, month=month, day=min(day, local.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
