"""Dates as a reader reads them: a day of the calendar, or a moment on the clock of the lead."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

ZONE = "nurture zone"
"""The name, not speakable in a template, of the reader's time zone; without it UTC."""
# Not of strftime: its names depend on the machine.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(value: Any) -> str:
    """`Monday 16 March`, of a date as it was given: a day is the same everywhere."""
    found = _instant(value)
    return _day(found) if found else ""


@pass_context
def when(context: Context, value: Any) -> str:
    """`Monday 16 March, 15:00 CET`, on the clock of the reader."""
    found = _instant(value)
    if found is None:
        return ""
    here = found.astimezone(ZoneInfo(context.get(ZONE, "UTC")))
    name = here.tzname() or "UTC"
    return f"{_day(here)}, {here:%H:%M} {name if name.isalpha() else f'UTC{name}'}"


def _instant(value: Any) -> datetime | None:
    """None of an empty field. Raises ValueError of what is not a date, UndefinedError of what is missing."""
    text = "" if value is None else str(value)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not a date") from None  # without the value: it is a lead's
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(found: datetime) -> str:
    return f"{DAYS[found.weekday()]} {found.day} {MONTHS[found.month - 1]}"
