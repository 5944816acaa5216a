"""Working days, working hours and holidays, by country: ``policies/calendars.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from nurture.domain.day_rules import NO_DAYS, NamedDays, load_days
from nurture.domain.windows import parse_window

DAYS, HOURS = "mon-fri", "09:00-17:00"
COUNTRIES = ("lead.country", "account.country")
"""Where a lead's country is looked for, the nearest first."""


@dataclass(frozen=True)
class Calendar:
    days: frozenset[int] = frozenset(range(5))
    """On which there is work; 0 is Monday."""
    opens: time = time(9)
    closes: time = time(17)
    holidays: NamedDays = NO_DAYS

    def works(self, day: date) -> bool:
        return day.weekday() in self.days and self.holidays.name(day) is None


PLAIN = Calendar()
"""Monday to Friday, nine to five, no holidays."""


@dataclass(frozen=True)
class Calendars:
    company: Calendar = PLAIN
    """Also of leads whose country nobody knows or which has none of its own."""
    countries: Mapping[str, Calendar] = field(default_factory=dict)

    def of(self, fields: Mapping[str, object]) -> Calendar:
        """The calendar of a lead with these fields."""
        if not self.countries:
            return self.company
        country = next((fields[name] for name in COUNTRIES if fields.get(name)), "")
        return self.countries.get(str(country).upper(), self.company)


def load_calendars(doc: Mapping[str, Any]) -> Calendars:
    """From the document of a published policy, which the checker has passed."""
    countries = {code: _calendar(doc, own) for code, own in doc.get("countries", {}).items()}
    company = countries.get(doc.get("country", "")) or _calendar(doc, {})
    return Calendars(company, countries)


def _calendar(doc: Mapping[str, Any], own: Mapping[str, Any]) -> Calendar:
    business = {"days": DAYS, "hours": HOURS, **doc.get("business", {}), **own.get("business", {})}
    window = parse_window(business["days"], business["hours"])
    holidays = load_days({**doc.get("holidays", {}), **own.get("holidays", {})})
    return Calendar(window.days, window.start, window.end, holidays)
