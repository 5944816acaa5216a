"""People who take leads: where and when they work, what they speak, and how much they can take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from nurture.domain.business_time import plus_hours
from nurture.domain.calendars import Calendar, Calendars
from nurture.domain.day_rules import NO_DAYS, NamedDays, load_days

A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Member:
    name: str
    email: str
    zone: str | None = None
    """None: the company's."""
    country: str | None = None
    """Whose calendar they follow; None: the company's."""
    speaks: tuple[str, ...] = ()
    """Codes of languages."""
    open_at_most: int | None = None
    """Handoffs that wait for their answer at the same time."""
    away: NamedDays = NO_DAYS
    booking: str | None = None
    """Where a talk with them is booked."""
    substitute: str | None = None
    """Address of who takes what is theirs while they are away."""

    def away_on(self, instant: datetime, company: ZoneInfo) -> str | None:
        """The name of the absence."""
        return self.away.name(instant.astimezone(self.clock(company)).date()) if self.away else None

    def clock(self, company: ZoneInfo) -> ZoneInfo:
        return ZoneInfo(self.zone) if self.zone else company

    def calendar(self, calendars: Calendars) -> Calendar:
        return calendars.of({"lead.country": self.country}) if self.country else calendars.company

    def at_work(self, instant: datetime, company: ZoneInfo, calendars: Calendars) -> bool:
        zone, calendar = self.clock(company), self.calendar(calendars)
        # An open minute that begins at once.
        return plus_hours(instant.astimezone(UTC), A_MOMENT, zone, calendar) == instant + A_MOMENT


def load_member(doc: Mapping[str, Any]) -> Member:
    """From the document of a published policy, which the checker has passed."""
    return Member(
        doc["name"],
        str(doc["email"]).lower(),
        zone=doc.get("zone"),
        country=doc.get("country"),
        speaks=tuple(doc.get("speaks", ())),
        open_at_most=doc.get("open_at_most"),
        booking=doc.get("booking"),
        away=load_days(doc.get("away", {})),
        substitute=str(doc.get("substitute", "")).lower() or None,
    )
