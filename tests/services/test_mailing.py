"""Who a mail is from: the sales person of the lead, or the company."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nurture.services import sending
from nurture.services.enrol import enrol
from nurture.services.mailing import Sender
from nurture.services.to_send import ToSend
from nurture.store.columns import new_id
from nurture.store.tables import users
from tests.fixtures.content import House
from tests.rows import Rows
from tests.services.test_turns import turn_of

DOCUMENT: dict[str, Any] = {
    "campaign": "own",
    "steps": [{"send": "hello", "sender": "owner"}, {"end": "done"}],
}


def begun(house: House, lead: str) -> Sender | None:
    journey = house.do(enrol, house.desk, "own", lead, "test:1").journey
    mail = house.do(sending.begin, house.desk, turn_of(house, journey), new_id())
    assert isinstance(mail, ToSend)
    return mail.sender


def test_the_sales_person_of_the_lead(house: House) -> None:
    house.publish(DOCUMENT)
    lead, rows = house.lead(), Rows(house.store)
    ann = house.do(lambda conn: conn.execute(select(users.c.id)).scalar_one())
    earlier = rows.ended(lead=lead, campaign="earlier")
    rows.handoff(lead, earlier, owner=ann, state="accepted")
    assert begun(house, lead) == Sender("Ann", "ann@ours.example")


def test_who_has_none_gets_it_from_the_company(house: House) -> None:
    house.publish(DOCUMENT)
    assert begun(house, house.lead()) is None
