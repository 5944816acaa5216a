"""Times that hang on a date of the lead: ``lead.renewal - 60d``, ``lead.renewal + 13d - 1 business day``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from nurture.domain.calendars import PLAIN, Calendar
from nurture.domain.shifts import Term, parse_terms, shifted

ANCHOR = re.compile(r"^([a-z]+\.[a-z][a-z0-9_]*)(\s*[+-].+?)?(?:\s+at\s+((?:[01]?\d|2[0-3]):[0-5]\d))?$")


@dataclass(frozen=True)
class Anchor:
    """A date field of the lead, how far from it, and at which time of that day."""

    field: str
    terms: tuple[Term, ...] = ()
    at: time | None = None
    """By the lead's clock; None: the time of the date itself, midnight of a day."""


def parse_date(text: str) -> Anchor | None:
    """None if it is no date at all. Raises ValueError of its length of time, in a marketer's words."""
    match = ANCHOR.match(text.strip())
    if match is None:
        return None
    at = time.fromisoformat(match[3].zfill(5)) if match[3] else None
    return Anchor(match[1], parse_terms(match[2] or ""), at)


def anchored(anchor: Anchor, value: datetime, zone: ZoneInfo, calendar: Calendar = PLAIN) -> datetime:
    """``value``: of the field. In UTC."""
    when = shifted(value, anchor.terms, zone, calendar)
    if anchor.at:
        when = datetime.combine(when.astimezone(zone).date(), anchor.at, zone)
    return when.astimezone(UTC)
