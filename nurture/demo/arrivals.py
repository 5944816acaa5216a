"""How leads come into the campaigns, and what they do by themselves afterwards: visits, a trial in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from nurture.demo.acts import Act, Tell, some_time_after
from nurture.demo.people import Person
from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary, Happening
from nurture.domain.enrolment import DOES

ARRIVE_WITHIN = 0.35
"""Of the days of a demo: the rest is for what follows."""
SHARES: Mapping[str, int] = {"form.submitted": 45, "trial.started": 30, "page.viewed": 25}
"""Event that opens a campaign -> how many of a hundred leads begin with it."""
TRIAL = timedelta(days=14)


@dataclass(frozen=True)
class Door:
    """The happening that opens a campaign, as the event that a website or a product reports."""

    campaign: str
    type: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Arrival:
    person: Person
    door: Door
    at: datetime

    @property
    def trial_ends(self) -> str:
        return (self.at + TRIAL).date().isoformat() if self.door.type == "trial.started" else ""


def doors(campaigns: Sequence[Campaign], dictionary: Dictionary) -> list[Door]:
    found = []
    for campaign in sorted(campaigns, key=lambda campaign: campaign.name):
        for happening in _happenings(campaign, dictionary):
            data = {name: value.replace("*", "") for name, value in happening.match.items()}
            found.append(Door(campaign.name, happening.event, data))
    return found


def _happenings(campaign: Campaign, dictionary: Dictionary) -> list[Happening]:
    named = (dictionary.happenings.get(trigger.name) for trigger in campaign.enrol.on if trigger.word == DOES)
    return [happening for happening in named if happening]


def arrive(
    people: Sequence[Person], through: Sequence[Door], began: datetime, days: int, seed: int
) -> list[Arrival]:
    dice = Random(f"{seed}/arrivals")
    weights = [SHARES.get(door.type, 25) for door in through]
    hours = days * 24 * ARRIVE_WITHIN
    return [
        Arrival(
            person,
            dice.choices(through, weights)[0],
            some_time_after(began + timedelta(hours=hours * dice.random()), 0.5, person.zone, dice),
        )
        for person in people
    ]


def on_their_own(arrival: Arrival, seed: int) -> Iterator[Act]:
    """From the event that lets them in on."""
    person, door, at = arrival.person, arrival.door, arrival.at
    dice = Random(f"{seed}/{person.email}/own")
    yield Act(at, person.email, Tell(door.type, door.data))
    if door.type == "trial.started":
        yield from _tries(person, at, dice)
    elif door.type == "page.viewed":
        yield from _looks_again(person, door, at, dice)


def _tries(person: Person, at: datetime, dice: Random) -> Iterator[Act]:
    nature = person.temperament
    if dice.random() >= nature.activates:
        return
    at = some_time_after(at, nature.hours * 3, person.zone, dice)
    yield Act(at, person.email, Tell("trial.activated", {}))
    for _ in range(int(dice.triangular(0, 9, 5))):
        at = some_time_after(at, 30, person.zone, dice)
        yield Act(
            at, person.email, Tell("feature.used", {"feature": dice.choice(("plan", "report", "import"))})
        )
    if dice.random() < 0.1:
        yield Act(at, person.email, Tell("meeting.booked", {"title": "Demo"}))


def _looks_again(person: Person, door: Door, at: datetime, dice: Random) -> Iterator[Act]:
    nature = person.temperament
    if dice.random() < nature.visits * 1.3:
        at = some_time_after(at, 20, person.zone, dice)
        yield Act(at, person.email, Tell(door.type, door.data))
        if dice.random() < 0.25:
            at = some_time_after(at, 4, person.zone, dice)
            yield Act(at, person.email, Tell("form.submitted", {"form": "contact"}))
