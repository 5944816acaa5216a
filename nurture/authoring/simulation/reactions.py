"""What a person does with a mail, and sales with a task: drawn from what it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from nurture.authoring.simulation.behaviour import Behaviour, Temperament
from nurture.authoring.simulation.dice import Choice, bits, mixed, salt
from nurture.authoring.simulation.people import SATURDAY, Person
from nurture.authoring.simulation.tree import Mail
from nurture.domain.sales import SalesPolicy
from nurture.domain.steps.send import Send

DELAYS = (0.12, 0.25, 0.42, 0.62, 0.85, 1.2, 1.7, 2.6, 4.5, 9.0)
"""How long a reaction takes, each as likely as the others, with 1 in the middle."""
SOON = timedelta(minutes=1)
MOMENTS = tuple(timedelta(hours=hour) for hour in (8, 10, 12, 14, 17, 20))
"""Of a day, by their clock, at which people look at their mail."""
DAY = timedelta(days=1)
OPENS, CLOSES = timedelta(hours=9), 17
SECOND = salt("second")

Act = tuple[datetime, str, tuple[str, ...]]


@dataclass
class Nature:
    """A temperament, ready for drawing."""

    of: Temperament
    links: Mapping[str, Choice] = field(default_factory=dict)
    """Step -> which link a click falls on."""

    def __post_init__(self) -> None:
        nature = self.of
        self.opens, self.clicks, self.answers = bits(nature.opens), bits(nature.clicks), bits(nature.answers)
        self.replies, self.leaves = bits(nature.replies), bits(nature.unsubscribes)
        self.bounces = bits(nature.bounces)
        self.delays = [
            timedelta(minutes=max(5, round(nature.reacts.total_seconds() * factor / 300) * 5))
            for factor in DELAYS
        ]
        self.happens = [
            (name, bits(chance), salt("happens", name)) for name, chance in nature.happens.items()
        ]

    def reacts(self, person: Person, mail: Mail) -> Iterator[Act]:
        """In order of time. Opens are the first of what somebody does with it."""
        drawn = mixed(person.key ^ mail.salt)
        if self.bounces and person.key & 0xFFFF < self.bounces:
            yield mail.at + timedelta(minutes=1), "bounces", (mail.step.name,)
            return
        if drawn & 0xFFFF >= self.opens:
            return
        second = mixed(drawn ^ SECOND)
        at = self._at(person.lead.zone, mail, (second & 0xFFFF) * len(DELAYS) >> 16)
        yield at, "opens", (mail.step.name,)
        act = drawn >> 16 & 0xFFFF
        if mail.step.answers:
            if act < self.answers:
                answers = list(mail.step.answers)
                yield at, "answers", (mail.step.name, answers[(second >> 16 & 0xFFFF) * len(answers) >> 16])
        elif act < self.clicks:
            yield at, "clicks", (mail.step.name, *self._link(mail.step, second >> 16 & 0xFFFF))
        if drawn >> 32 & 0xFFFF < self.replies:
            yield at + SOON, "replies", (mail.step.name,)
        for name, chance, of in self.happens:
            third = mixed(drawn ^ of)
            if third & 0xFFFF < chance:
                later = self._at(person.lead.zone, mail, 5 + (third >> 16 & 0xFFFF) * 5 // 65536)
                yield max(at, later), "does", (name,)
        if drawn >> 48 < self.leaves:
            yield at + 2 * SOON, "becomes", ("unsubscribed",)

    def _at(self, zone: ZoneInfo, mail: Mail, which: int) -> datetime:
        """When they get to it: nobody does at night."""
        found = mail.reactions.get((self.of.name, which))
        if found is None:
            found = mail.reactions[self.of.name, which] = awake(mail.at + self.delays[which], zone)
        return found

    def _link(self, step: Send, drawn: int) -> tuple[str, ...]:
        """One of those that conditions ask for, if they do."""
        links = self.links.get(step.name)
        link = links.of(drawn) if links else None
        return (link,) if link else ()


def awake(at: datetime, zone: ZoneInfo) -> datetime:
    """The next of the moments of a day at which people look at their mail."""
    local = at.astimezone(zone).replace(tzinfo=None)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = next((one for one in MOMENTS if midnight + one >= local), MOMENTS[0] + DAY)
    return (midnight + moment).replace(tzinfo=zone).astimezone(UTC)


@dataclass
class Desk:
    """Sales people: what they answer, in their working hours by the lead's clock."""

    behaviour: Behaviour
    policy: SalesPolicy

    def __post_init__(self) -> None:
        sales = self.behaviour.sales
        self.answered, self.accepted = bits(sales.answers), bits(sales.accepts)
        self.delays = [sales.after * factor for factor in DELAYS]
        self.reason = Choice(dict.fromkeys(self.policy.reasons, 1.0))

    def answers(self, person: Person, word: str, what: str, at: datetime, nth: int) -> Act | None:
        drawn = mixed(person.key ^ salt(word, what, nth))
        if drawn & 0xFFFF >= self.answered:
            return None
        when = working(at + self.delays[(drawn >> 32 & 0xFFFF) * len(DELAYS) >> 16], person.lead.zone)
        good = drawn >> 16 & 0xFFFF < self.accepted
        if word == "task":
            return when, "sales", ("done" if good else "skipped", what)
        if good:
            return when, "sales", ("accepted",)
        reason = self.reason.of(drawn >> 48)
        return when, "sales", ("rejected", reason) if reason else ("rejected",)


def working(at: datetime, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    if local.hour >= CLOSES:
        local = local.replace(hour=0, minute=0) + timedelta(days=1) + OPENS
    elif local.hour < OPENS.seconds // 3600:
        local = local.replace(hour=0, minute=0) + OPENS
    while local.weekday() >= SATURDAY:
        local = local.replace(hour=0, minute=0) + timedelta(days=1) + OPENS
    return local.replace(tzinfo=zone).astimezone(UTC)
