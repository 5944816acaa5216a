"""Days of a calendar in words: ``20 December to 6 January`` for ``12-20 to 01-06``."""

from __future__ import annotations

from nurture.domain.day_rules import MONTHS, Easter, Fixed, Nth, Range, parse_days
from nurture.domain.windows import DAYS

NTHS = ("first", "second", "third", "fourth", "last")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
assert len(NAMES) == len(DAYS)


def days_said(text: str) -> str:
    match parse_days(text):
        case Fixed() as day:
            return _fixed(day)
        case Easter(offset):
            return _easter(offset)
        case Nth(nth, weekday, month):
            return f"the {NTHS[nth]} {NAMES[weekday]} of {_month(month)}"
        case Range(first, last):
            return f"{_fixed(first)} to {_fixed(last)}"


def _fixed(day: Fixed) -> str:
    return f"{day.day} {_month(day.month)}{f' {day.year}' if day.year else ''}"


def _month(number: int) -> str:
    return MONTHS[number - 1].capitalize()


def _easter(offset: int) -> str:
    days = f"{abs(offset)} day{'' if abs(offset) == 1 else 's'}"
    return f"{days} {'after' if offset > 0 else 'before'} Easter" if offset else "Easter"
