"""Codes of a lead's own: one of each pool, for good; and what happens when a pool is empty."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from nurture.contract import Turn
from nurture.services import sending
from nurture.services.codes import Pool, add_codes, pools, take
from nurture.services.enrol import enrol
from nurture.services.to_send import ToSend
from nurture.store.columns import new_id
from nurture.store.tables import codes, outbox
from tests.fixtures.content import MONDAY, House, text
from tests.services.test_turns import row, turn_of

DOCUMENT: dict[str, Any] = {
    "campaign": "spring",
    "codes": {"spring": "codes/spring.csv", "other": "codes/other.csv"},
    "steps": [{"send": "offer"}, {"send": "again"}, {"end": "done"}],
}
TEXTS = {"offer": text("offer", "Yours: {{ codes.spring }}"), "again": text("again", "{{ codes.spring }}")}


@pytest.fixture
def spring(house: House) -> House:
    house.publish(DOCUMENT, TEXTS)
    return house


def begun(house: House, journey: str) -> ToSend | Turn:
    return house.do(sending.begin, house.desk, turn_of(house, journey), new_id())


def enters(house: House) -> str:
    return str(house.do(enrol, house.desk, "spring", house.lead(), "test:1").journey)


def test_every_lead_gets_her_own(spring: House) -> None:
    assert spring.do(add_codes, "spring", "spring", ["A", "B", "C"]) == 3
    mails = [begun(spring, enters(spring)) for _ in range(3)]
    assert [mail.codes for mail in mails if isinstance(mail, ToSend)] == [
        {"spring": "A"},
        {"spring": "B"},
        {"spring": "C"},
    ]
    assert spring.do(pools, "spring") == [Pool("spring", "spring", 3, 0)]


def test_she_keeps_it(spring: House) -> None:
    spring.do(add_codes, "spring", "spring", ["A", "B"])
    lead = spring.lead()
    first = spring.do(take, "spring", ["spring"], lead, MONDAY)
    assert spring.do(take, "spring", ["spring"], lead, MONDAY) == first == {"spring": "A"}


def test_codes_that_are_there_are_not_added_again(spring: House) -> None:
    spring.do(add_codes, "spring", "spring", ["A", "B"])
    assert spring.do(add_codes, "spring", "spring", ["B", "C", "C"]) == 1
    assert spring.do(add_codes, "spring", "other", ["B"]) == 1


def test_an_empty_pool_stops_the_journey_until_there_are_codes(spring: House) -> None:
    spring.do(add_codes, "spring", "spring", ["A"])
    begun(spring, enters(spring))
    second = enters(spring)
    assert isinstance(begun(spring, second), Turn)
    assert row(spring, second).attention == "codes"
    spring.do(add_codes, "spring", "spring", ["B"])
    assert row(spring, second).attention is None
    wakes = spring.do(lambda conn: conn.execute(select(outbox).where(outbox.c.kind == "wake")).all())
    assert [wake.record for wake in wakes] == [second]
    mail = begun(spring, second)
    assert isinstance(mail, ToSend)
    assert mail.codes == {"spring": "B"}


def test_two_pools_are_taken_from_together_or_not_at_all(house: House) -> None:
    both = {**TEXTS, "offer": text("offer", "{{ codes.other }} {{ codes.spring }}")}
    house.publish(DOCUMENT, both)
    house.do(add_codes, "spring", "other", ["X"])
    assert isinstance(begun(house, enters(house)), Turn)
    taken = select(codes).where(codes.c.lead_id.is_not(None))
    assert house.do(lambda conn: conn.execute(taken).all()) == []


def test_who_needs_no_code_takes_none(house: House) -> None:
    house.publish(DOCUMENT, {"offer": text("offer"), "again": text("again")})
    mail = begun(house, enters(house))
    assert isinstance(mail, ToSend)
    assert mail.codes == {}
