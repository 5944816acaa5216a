"""How short and how long the durations of a campaign file may turn out."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from nurture.domain.durations import Duration

WORKDAYS = 5
SHORTEST_MONTHS = (28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334, 365)
"""The fewest days of 1, 2, ... 12 months in a row."""
WEEK = timedelta(days=7)


@cache
def least(duration: Duration) -> timedelta:
    """In days of 24 hours: a day counts as one also in the night in which the clocks change."""
    count = duration.count
    match duration.unit:
        case "months":
            years, months = divmod(count, 12)
            return timedelta(days=365 * years + (SHORTEST_MONTHS[months - 1] if months else 0))
        case "business days":
            weekends = (count - 1) // WORKDAYS if count else 0
            return timedelta(days=count + 2 * weekends)
        case "minutes" | "hours" | "days" | "weeks":
            return duration.span()
        case "business hours":
            return timedelta(hours=count)
    return timedelta()


def most(duration: Duration) -> timedelta:
    return duration.span()
