"""Turns of a journey against both databases, without Temporal: opening, recording, holding, parking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.services import engagement, sending
from nurture.services.changes import announce
from nurture.services.enrol import enrol
from nurture.services.look import look
from nurture.services.turns import as_turn, begun_before, find, hold, open_turn
from nurture.store.columns import db_now, new_id
from nurture.store.tables import journeys, leads, outbox, sends, timeline, waits
from tests.fixtures.content import MONDAY, House

GUIDE = {
    "campaign": "guide",
    "enrol": {"on": "guide-form"},
    "leave": {"customer": "lead.customer"},
    "steps": [
        {"send": "first"},
        {"wait": "3d"},
        {"send": "second"},
        {"wait": "up to 10d", "until": 'clicked("second")', "time_up": [{"end": "silent"}]},
        {"handoff": "inside-sales", "rejected": [{"wait": "30d"}, {"end": "recycled"}]},
        {"end": "done"},
    ],
}


def begin(house: House, document: dict[str, Any] = GUIDE, **lead: Any) -> Turn:
    house.publish(document)
    who = house.lead(**lead)
    found = house.do(enrol, house.desk, document["campaign"], who, "test:1")
    assert found.refused is None
    return turn_of(house, found.journey)


def turn_of(house: House, journey: str) -> Turn:
    return house.do(lambda conn: as_turn(conn, house.desk, find(conn, journey) or pytest.fail("gone")))


def row(house: House, journey: str) -> Any:
    return house.do(lambda conn: conn.execute(select(journeys).where(journeys.c.id == journey)).one())


def lines(house: House, journey: str) -> list[tuple[str, str]]:
    def read(conn: Connection) -> list[tuple[str, str]]:
        query = select(timeline.c.kind, timeline.c.step).where(timeline.c.journey_id == journey)
        return [(line.kind, line.step) for line in conn.execute(query.order_by(timeline.c.id))]

    return house.do(read)


def test_enrolling_decides_the_first_send_and_asks_for_the_start(house: House) -> None:
    turn = begin(house)
    assert (turn.turn, turn.step, turn.effect) == (0, "first", "send_message")
    rows = house.do(lambda conn: conn.execute(select(outbox)).all())
    assert [(row.kind, row.record) for row in rows] == [("start", turn.journey)]


def test_a_rule_that_acts_in_passing_leaves_the_journey_held(house: House) -> None:
    """Else nobody finds it when the reply is answered, or the lead is given back."""
    rule = {"rule": "hot", "when": 'happened("demo-booked")', "then": [{"do": "mark", "tag": "hot"}]}
    turn = begin(house, {**GUIDE, "rules": [rule]})
    later = MONDAY + timedelta(days=14)
    current = house.do(open_turn, house.desk, turn)
    held = house.do(hold, house.desk, current, later, "reply")
    house.do(announce, row(house, turn.journey).lead_id, "demo.booked", {}, "x", MONDAY)
    house.do(look, house.desk, row(house, turn.journey).lead_id)
    house.do(engagement.check, house.desk, held)
    found = row(house, turn.journey)
    assert ("rule", "first") in lines(house, turn.journey)
    assert (found.hold, found.due, found.effect) == ("reply", later, "send_message")


def test_a_second_enrolment_is_refused_by_name(house: House) -> None:
    turn = begin(house)
    lead = row(house, turn.journey).lead_id
    assert house.do(enrol, house.desk, "guide", lead, "test:1").refused == "known cause"
    assert house.do(enrol, house.desk, "guide", lead, "test:2").refused == "already in"


def test_a_turn_that_is_past_returns_what_was_decided(house: House) -> None:
    turn = begin(house, {**GUIDE, "steps": [{"wait": "3d"}, {"end": "done"}]})
    first = house.do(engagement.check, house.desk, turn)
    again = house.do(engagement.check, house.desk, turn)
    assert replace(again, due="") == replace(first, due="")
    assert first.turn == 1


def test_leaving_ends_at_once(house: House) -> None:
    turn = begin(house, fields={"customer": True})
    ended = house.do(sending.begin, house.desk, turn, turn.journey)
    assert isinstance(ended, Turn)
    assert ended.effect == "ended"
    found = row(house, turn.journey)
    assert (found.state, found.outcome) == ("ended", "customer")
    assert house.do(lambda conn: conn.execute(select(waits)).all()) == []
    assert lines(house, turn.journey)[-1] == ("ended", "first")


def test_an_effect_that_never_ends_is_parked_after_three_tries(house: House) -> None:
    turn = begin(house)
    house.do(lambda conn: conn.execute(update(journeys).values(tries=3)))
    parked = house.do(sending.begin, house.desk, turn, turn.journey)
    assert isinstance(parked, Turn)
    found = row(house, turn.journey)
    assert (found.attention, found.turn) == ("crashed", 1)
    assert lines(house, turn.journey)[-1] == ("attention", "first")


def test_looking_without_news_does_not_count_as_a_try(house: House) -> None:
    turn = begin(house)
    for _ in range(5):
        house.do(engagement.check, house.desk, turn)
    assert row(house, turn.journey).tries == 0


def test_an_empty_date_parks_and_goes_on_when_it_is_filled(house: House) -> None:
    document = {**GUIDE, "steps": [{"wait": "to lead.renewal - 10d"}, {"end": "done"}]}
    turn = begin(house, document)
    parked = house.do(engagement.check, house.desk, turn)
    found = row(house, turn.journey)
    assert found.attention == "condition"
    assert parked.turn == found.turn
    assert ("attention", "guide+wait") in lines(house, turn.journey)


def test_a_plain_wait_before_a_send_is_passed_at_once(house: House) -> None:
    document = {**GUIDE, "steps": [{"wait": "3d"}, {"send": "first"}, {"end": "done"}]}
    turn = begin(house, document)
    after = house.do(engagement.check, house.desk, turn)
    assert (after.step, after.effect) == ("first", "send_message")
    assert row(house, turn.journey).due == MONDAY + timedelta(days=3)
    house.do(step, MONDAY + timedelta(days=3))
    assert not isinstance(house.do(sending.begin, house.desk, after, turn.journey), Turn)


def test_waiting_for_a_lease_does_not_undo_the_count_of_tries(house: House) -> None:
    turn = begin(house)
    for tries in (1, 2, 3):
        assert not isinstance(house.do(sending.begin, house.desk, turn, new_id()), Turn)
        house.do(begun_before, turn)  # it came to no end
        held = house.do(sending.begin, house.desk, turn, new_id())
        assert isinstance(held, Turn)
        assert row(house, turn.journey).tries == (tries if tries < 3 else 0)
        house.do(lambda conn: conn.execute(update(sends).values(lease_until=db_now(-1))))
        turn = held
    assert row(house, turn.journey).attention == "crashed"


def test_a_wake_that_meets_a_past_turn_is_not_used_up(house: House) -> None:
    """A moved journey's workflow holds the turn before: asked with it, it is told to look at once."""
    turn = begin(house)
    house.do(lambda conn: conn.execute(update(journeys).values(turn=1, woken=True)))
    told = house.do(engagement.check, house.desk, turn)
    assert (told.turn, told.effect, told.step) == (1, "check_engagement", "first")
    looked = house.do(engagement.check, house.desk, told)
    assert (looked.turn, looked.effect) == (1, "send_message")
    assert not row(house, turn.journey).woken
    assert house.do(engagement.check, house.desk, turn).effect == "send_message"


def test_a_customer_stays_in_a_campaign_for_customers(house: House) -> None:
    document = {**GUIDE, "leave": {}, "steps": [{"wait": "3d"}, {"send": "first"}, {"end": "done"}]}
    for name, customers, ends in (("for-leads", "leave", "customer"), ("for-customers", "stay", "")):
        turn = begin(house, {**document, "campaign": name, "customers": customers})
        lead = row(house, turn.journey).lead_id
        house.do(
            lambda conn, lead=lead: conn.execute(
                update(leads).where(leads.c.id == lead).values(stage="customer")
            )
        )
        house.do(engagement.check, house.desk, turn)
        assert (row(house, turn.journey).outcome or "") == ends
