"""Counting in working days and working hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nurture.domain.calendars import Calendar

FARTHEST = 3660
"""Days looked at for one that is worked on: counting must end also where nobody ever works."""
DAY = timedelta(days=1)
NO_TIME = timedelta()


def plus_days(local: datetime, count: int, calendar: Calendar) -> datetime:
    """``local`` and the result are wall-clock times. The result is a working day, also if ``count`` is 0."""
    step = DAY if count >= 0 else -DAY
    left = abs(count)
    for _ in range(left * 7 + FARTHEST):
        if not left and calendar.works(local.date()):
            break
        local += step
        if left and calendar.works(local.date()):
            left -= 1
    return local


def day_began(instant: datetime, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """Midnight of the working day that it is, or of the last one."""
    day = instant.astimezone(zone).date()
    for _ in range(FARTHEST):
        if calendar.works(day):
            break
        day -= DAY
    return datetime.combine(day, time(), zone).astimezone(UTC)


def next_open(instant: datetime, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """``instant`` (UTC) itself while work is going on, else when it begins again."""
    return plus_hours(instant, NO_TIME, zone, calendar)


def plus_hours(instant: datetime, hours: timedelta, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """``instant`` (UTC) and as many open hours after it."""
    for opening, closing in _open(instant, zone, calendar, 1):
        begin = max(opening, instant)
        if closing > begin and closing - begin >= hours:
            return begin + hours
        hours -= max(closing - begin, NO_TIME)
    return instant + hours


def minus_hours(instant: datetime, hours: timedelta, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """The instant that is as many open hours before."""
    for opening, closing in _open(instant, zone, calendar, -1):
        end = min(closing, instant)
        if end > opening and end - opening >= hours:
            return end - hours
        hours -= max(end - opening, NO_TIME)
    return instant - hours


def _open(
    instant: datetime, zone: ZoneInfo, calendar: Calendar, step: int
) -> Iterator[tuple[datetime, datetime]]:
    """The open hours (UTC) of each working day, from the one around ``instant`` on; ``step`` -1: back."""
    overnight = calendar.closes <= calendar.opens
    # The hours of a night shift belong to the day on which it began.
    day = instant.astimezone(zone).date() - (DAY if overnight and step > 0 else NO_TIME)
    for _ in range(FARTHEST):
        if calendar.works(day):
            last = day + DAY if overnight else day
            yield _at(day, calendar.opens, zone), _at(last, calendar.closes, zone)
        day += step * DAY


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)
