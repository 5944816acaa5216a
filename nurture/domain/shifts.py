"""What is added to a date, and taken from it: ``+ 13d - 1 business day``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nurture.domain.calendars import PLAIN, Calendar
from nurture.domain.durations import Duration, parse_duration

TERM = re.compile(r"\s*([+-])\s*([^+-]+)")
OF_THE_CLOCK = ("minutes", "hours", "business hours")


@dataclass(frozen=True)
class Term:
    length: Duration
    before: bool = False


def parse_terms(text: str) -> tuple[Term, ...]:
    """``text``: empty, or signs with lengths. Raises ValueError in a marketer's words."""
    found: list[Term] = []
    at = 0
    for match in TERM.finditer(text):
        if match.start() != at:
            break
        found.append(Term(parse_duration(match[2]), match[1] == "-"))
        at = match.end()
    if text[at:].strip():
        raise ValueError(f"expected `+` or `-` and a length of time, found {text[at:].strip()!r}")
    return tuple(found)


def shifted(value: datetime, terms: Sequence[Term], zone: ZoneInfo, calendar: Calendar = PLAIN) -> datetime:
    """One after the other, as they are written. In UTC."""
    for term in terms:
        value = (term.length.before if term.before else term.length.after)(value, zone, calendar)
    return value


def by_the_clock(terms: Sequence[Term]) -> bool:
    """Whether a time of the day comes of it, and not only another day."""
    return any(term.length.unit in OF_THE_CLOCK for term in terms)


def said(terms: Sequence[Term], of: str) -> str:
    """``1 business day before 13 days after "renewal"``."""
    for term in terms:
        of = f"{term.length.spoken} {'before' if term.before else 'after'} {of}"
    return of
