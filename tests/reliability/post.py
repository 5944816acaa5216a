"""The activity that sends, run as Temporal runs it, again when it fails, without a server: many mails in
seconds. The judge is what the fake provider has taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError
from temporalio.testing import ActivityEnvironment

from activities.messages import Messages
from nurture.contract import Turn
from nurture.delivery.links import Links
from nurture.delivery.provider import Provider
from nurture.services.enrol import enrol
from nurture.services.incidents import Incidents
from nurture.services.letterhead import letterhead
from nurture.settings import Settings
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import channels, journeys, rates, sends
from tests.fixtures.content import SECRET, House
from tests.services.test_turns import turn_of

CAMPAIGN = {"campaign": "mails", "steps": [{"send": "first"}, {"end": "over"}]}


@dataclass
class Post:
    house: House
    provider: Provider
    store: Store
    journeys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        head = letterhead(Settings(delivery="catch"), Links("http://127.0.0.1:8080", [SECRET]))
        desk = self.house.desk
        self._messages = Messages(self.store, desk, self.provider, head, Incidents(self.house.store))

    def enrols(self, leads: int) -> None:
        self.house.publish(CAMPAIGN)
        for number in range(leads):
            found = self.house.do(enrol, self.house.desk, "mails", self.house.lead(), f"test:{number}")
            self.journeys.append(found.journey)

    async def sends(self, journey: str, tries: int = 5) -> Turn | None:
        """None: it failed so often that Temporal would try again much later."""
        for _ in range(tries):
            turn = turn_of(self.house, journey)
            if turn.effect != "send_message":
                return turn
            try:
                return await ActivityEnvironment().run(self._messages.send_message, turn)
            except OperationalError:
                continue
        return None

    def time_goes_by(self) -> None:
        """Leases and rests are over."""
        past = db_now(-1)
        self.house.do(lambda conn: conn.execute(update(sends).values(lease_until=past)))
        self.house.do(lambda conn: conn.execute(update(channels).values(until=past)))
        self.house.do(lambda conn: conn.execute(delete(rates)))

    def states(self) -> Counter[str]:
        return Counter(self.house.do(lambda conn: conn.scalars(select(sends.c.state)).all()))

    def unfinished(self) -> list[str]:
        query = select(journeys.c.id).where(journeys.c.effect == "send_message", journeys.c.state == "open")
        return list(self.house.do(lambda conn: conn.scalars(query).all()))


def twice(taken: Sequence[Any]) -> list[str]:
    """Numbers of the mails that a provider took more than once."""
    return [number for number, count in Counter(one.send_id for one in taken).items() if count > 1]
