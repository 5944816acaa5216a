"""How short and how long the durations of a campaign may turn out, under the calendars of the company."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from nurture.domain.calendars import Calendar, Calendars
from nurture.domain.day_rules import NO_DAYS, NamedDays
from nurture.domain.durations import Duration
from nurture.domain.next_day import NextDay
from nurture.domain.windows import Window

ZERO, DAY = timedelta(), timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
A_WEEK = [MONDAY + timedelta(hours=hour) for hour in range(24 * 7)]
YEAR = [MONDAY + timedelta(days=day) for day in range(370)]
MOST_NEAR = 20
SHORTEST_MONTHS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
"""The fewest days of 0, 1, ... 11 months in a row."""
BUSINESS = ("business days", "business hours")


@dataclass(frozen=True)
class Durations:
    """Days have 24 hours here, also in the nights in which the clocks change."""

    calendars: Sequence[Calendar]
    _found: dict[tuple[Duration | NextDay, bool], timedelta] = field(default_factory=dict, repr=False)
    _shut: dict[tuple[Window, tuple[NamedDays, ...]], timedelta] = field(default_factory=dict, repr=False)

    def least(self, duration: Duration | NextDay) -> timedelta:
        if isinstance(duration, NextDay):
            return timedelta()
        if duration.unit == "months":
            years, months = divmod(duration.count, 12)
            return timedelta(days=365 * years + SHORTEST_MONTHS[months])
        if duration.unit in BUSINESS:
            return self._tried(duration, shortest=True)
        return duration.span()

    def most(self, duration: Duration | NextDay) -> timedelta:
        if isinstance(duration, NextDay):
            return self._tried(duration, shortest=False)
        return self._tried(duration, shortest=False) if duration.unit in BUSINESS else duration.span()

    def shut(self, window: Window, blocked: Sequence[NamedDays] = ()) -> timedelta:
        """How long a window is shut at most; ``blocked``: days on which nothing goes out."""
        key = window, tuple(blocked)
        if key not in self._shut:
            found = [window.opens(at, UTC_ZONE) - at for at in A_WEEK]
            for calendar in self.calendars:
                days = [*blocked, *([] if window.holidays else [calendar.holidays])]
                found += [_opens(window, at, days) - at for at in _before(days, 1)]
            self._shut[key] = max(found) + timedelta(hours=1)
        return self._shut[key]

    def _tried(self, duration: Duration | NextDay, *, shortest: bool) -> timedelta:
        key = duration, shortest
        if key not in self._found:
            found = _tried(duration, self.calendars, holidays=not shortest)
            self._found[key] = min(found) if shortest else max(found) + timedelta(hours=1)
        return self._found[key]


def durations_of(calendars: Calendars) -> Durations:
    return Durations([calendars.company, *calendars.countries.values()])


def _tried(
    duration: Duration | NextDay, calendars: Sequence[Calendar], *, holidays: bool
) -> Iterator[timedelta]:
    days = 1 if isinstance(duration, NextDay) else duration.count
    for calendar in calendars:
        plain = replace(calendar, holidays=calendar.holidays if holidays else NO_DAYS)
        for at in (*A_WEEK, *_before([plain.holidays], days + 3)):
            yield duration.after(at, UTC_ZONE, plain) - at


def _before(closed: Sequence[NamedDays], days: int) -> Iterator[datetime]:
    """Instants of a year from which such a day is at most so many days away."""
    names = [one for one in closed if one]
    for day in YEAR if names else ():
        near = (day + timedelta(days=later) for later in range(min(days, MOST_NEAR) + 1))
        if days > MOST_NEAR or any(one.name(on.date()) for on in near for one in names):
            yield from (day + timedelta(hours=hour) for hour in (0, 12, 17, 23))


def _opens(window: Window, at: datetime, closed: Sequence[NamedDays]) -> datetime:
    return window.opens(at, UTC_ZONE, lambda day: any(one.name(day) for one in closed))
