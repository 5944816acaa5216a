"""Who enters, and when: people made up from their shares, or leads of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from nurture.authoring.simulation.behaviour import Behaviour, Temperament
from nurture.authoring.simulation.dice import MASK, Choice, mixed, salt
from nurture.authoring.stories.items import value_of
from nurture.authoring.stories.story import Lead
from nurture.domain.consent_policy import EXPRESS
from nurture.domain.date_fields import all_at_home
from nurture.domain.dictionary import Dictionary
from nurture.domain.facts import Value

MOMENTS = (timedelta(hours=10), timedelta(hours=15))
"""Of a day, by the lead's clock, at which people enter."""
SATURDAY = 5


@dataclass(frozen=True)
class Person:
    key: int
    """What her chances are drawn from."""
    lead: Lead
    temperament: Temperament
    enters: datetime

    @property
    def id(self) -> str:
        return f"{self.key:x}"


@dataclass(frozen=True)
class Arrivals:
    """``leads`` None: as many as ``count``, made up."""

    start: datetime
    count: int
    over: int
    """Days in which they enter; nobody does on Saturdays and Sundays."""
    seed: int
    leads: Sequence[Lead] | None = None


@dataclass
class Crowd:
    behaviour: Behaviour
    dictionary: Dictionary
    arrivals: Arrivals
    known: dict[tuple[object, ...], Lead] = field(default_factory=dict)
    """Made-up leads, each kind once."""

    def __post_init__(self) -> None:
        behaviour = self.behaviour
        self.natures = {one.name: one for one in behaviour.temperaments}
        self.nature = Choice({one.name: one.share for one in behaviour.temperaments})
        self.zone = Choice(behaviour.zones)
        self.fields = {name: Choice(shares, 100.0) for name, shares in behaviour.fields.items()}
        self.days = working_days(self.arrivals.start, self.arrivals.over)

    def people(self) -> Iterator[Person]:
        """In order of number; the same for the same seed, whatever the campaign says."""
        told, count = self.arrivals.leads, self.arrivals.count
        for number in range(len(told) if told is not None else count):
            drawn = mixed((self.arrivals.seed << 32) + number & MASK)
            lead = told[number] if told is not None else self._lead(mixed(drawn ^ LEAD))
            name = self.nature.of(drawn & 0xFFFF) or next(iter(self.natures))
            yield Person(mixed(drawn), lead, self.natures[name], self._enters(drawn >> 16, lead.zone))

    def _lead(self, drawn: int) -> Lead:
        zone = self.zone.of(drawn & 0xFFFF) or next(iter(self.behaviour.zones))
        values: dict[str, str] = {}
        for name, choice in self.fields.items():
            drawn = mixed(drawn)
            if value := choice.of(drawn & 0xFFFF):
                values[name] = value
        kind = (zone, *values.items())
        lead = self.known.get(kind)
        if lead is None:
            home = ZoneInfo(zone)
            lead = self.known[kind] = Lead(
                zone=home, fields=all_at_home(self._typed(values), home), consent=EXPRESS
            )
        return lead

    def _typed(self, values: Mapping[str, str]) -> dict[str, Value]:
        kinds = self.dictionary.fields
        typed = {name: value_of(kinds.get(name, "text"), value) for name, value in values.items()}
        return {name: value for name, value in typed.items() if value is not None}

    def _enters(self, drawn: int, zone: ZoneInfo) -> datetime:
        day = self.days[(drawn & 0xFFFF) * len(self.days) >> 16]
        return entered(day, MOMENTS[(drawn >> 16 & 0xFFFF) * len(MOMENTS) >> 16], zone)


LEAD = salt("lead")


@lru_cache(maxsize=65536)
def entered(day: datetime, moment: timedelta, zone: ZoneInfo) -> datetime:
    return (day + moment).replace(tzinfo=zone).astimezone(UTC)


def working_days(start: datetime, over: int) -> list[datetime]:
    """Midnights without a zone."""
    first = datetime(start.year, start.month, start.day)  # noqa: DTZ001
    days = [first + timedelta(days=number) for number in range(max(1, over))]
    return [day for day in days if day.weekday() < SATURDAY] or days
