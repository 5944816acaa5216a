"""Dates as a reader reads them: a day of the calendar, or a moment on the clock of the lead, in the
language of the mail."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import pass_context
from jinja2.runtime import Context, Undefined

ZONE = "nurture zone"
"""The name, not speakable in a template, of the reader's time zone; without it UTC."""
NOW = "nurture now"
"""Of the instant at which the mail is made, as ISO text: dates of its year do without one."""
LANGUAGE = "nurture language"
"""Of the mail; without it English."""
MUST = "nurture needs dates"
"""Whether a date that is missing is a mistake: while texts are checked."""
BRITISH = Locale("en", "GB")
ENGLISH_DAY = "EEEE d MMMM y"
YEAR_LAST = re.compile(r",?\s*(?:'[^']*'\s*)?y+$")
"""Of a pattern: where the year stands elsewhere, it is always said."""


@pass_context
def day(context: Context, value: Any) -> Any:
    """`Monday 16 March`, of a date as it was given: a day is the same everywhere."""
    if _is_missing(context, value):
        return value
    found = _instant(value)
    return _day(context, found) if found else ""


@pass_context
def when(context: Context, value: Any) -> Any:
    """`Monday 16 March, 15:00 CET`, on the clock of the reader."""
    if _is_missing(context, value):
        return value
    found = _instant(value)
    if found is None:
        return ""
    here = found.astimezone(ZoneInfo(context.get(ZONE, "UTC")))
    return f"{_day(context, here)}, {here:%H:%M} {_zone(here)}"


def written_day(found: datetime, language: str) -> str:
    """`Monday 16 March 2026`."""
    locale = _locale(language)
    return format_date(found, _pattern(locale), locale=locale)


def _is_missing(context: Context, value: Any) -> bool:
    return isinstance(value, Undefined) and bool(context.get(MUST))


def _instant(value: Any) -> datetime | None:
    """None of an empty field. Raises ValueError of what is not a date."""
    text = "" if value is None or isinstance(value, Undefined) else str(value)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not a date") from None  # without the value: it is a lead's
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(context: Context, found: datetime) -> str:
    """With its year where it is another one than that in which the mail is made."""
    locale = _locale(context.get(LANGUAGE, ""))
    now = _instant(context.get(NOW)) or datetime.now(UTC)
    pattern = _pattern(locale)
    return format_date(
        found, YEAR_LAST.sub("", pattern) if now.year == found.year else pattern, locale=locale
    )


def _zone(here: datetime) -> str:
    """The short names of the world: languages have their own for some zones only."""
    name = here.tzname() or "UTC"
    return name if name.isalpha() else f"UTC{name}"


def _pattern(locale: Locale) -> str:
    return ENGLISH_DAY if locale is BRITISH else str(locale.date_formats["full"].pattern)


@lru_cache(64)
def _locale(language: str) -> Locale:
    """English for a language that there is not, and for English: its own orders of a date differ."""
    try:
        found = Locale.parse(language or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return BRITISH
    return BRITISH if found is None or found.language == "en" else found
