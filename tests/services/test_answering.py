"""Somebody wrote back: messages wait until they are answered, for the lead or for the company."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.services import sending
from nurture.services.enrol import enrol
from nurture.services.look import look
from nurture.services.sending import ToSend
from nurture.services.tasks import Done, complete
from nurture.store.columns import new_id
from nurture.store.queries.audit import CHECKS
from nurture.store.tables import accounts, events, handoffs, journeys, leads, outbox
from tests.fixtures.content import MONDAY, House
from tests.services.test_turns import begin, row, turn_of


def mails(**own: Any) -> dict[str, Any]:
    return {"campaign": "mails", "sending": own, "steps": [{"send": "first"}, {"end": "over"}]}


def replies(house: House, lead: str) -> None:
    values = {"source": "api", "key": new_id(), "type": "email.replied", "lead_id": lead, "data": {}}
    times = {"occurred_at": MONDAY, "received_at": MONDAY, "judge_at": MONDAY}
    house.do(lambda conn: conn.execute(insert(events).values({**values, **times})))
    house.do(look, house.desk, lead)


def task(house: House) -> Any:
    return house.do(lambda conn: conn.execute(select(handoffs)).one_or_none())


def tried(house: House, turn: Turn) -> ToSend | Turn:
    return house.do(sending.begin, house.desk, turn, new_id())


def test_a_reply_holds_until_somebody_has_answered(house: House) -> None:
    turn = begin(house, mails(on_reply="hold"))
    replies(house, row(house, turn.journey).lead_id)
    found = task(house)
    assert (found.kind, found.state, found.team) == ("reply", "open", "inside-sales")
    assert not isinstance(tried(house, turn), ToSend)
    held = row(house, turn.journey)
    assert (held.hold, held.due) == ("reply", MONDAY + timedelta(days=14))
    woken = house.do(complete, house.desk, found.id, found.version, Done("done", found.owner))
    assert list(woken) == [turn.journey]
    assert {"journey": turn.journey, "due": True} in house.do(
        lambda conn: conn.scalars(select(outbox.c.payload)).all()
    )
    assert isinstance(tried(house, turn_of(house, turn.journey)), ToSend)


def test_a_second_reply_makes_no_second_task(house: House) -> None:
    lead = row(house, begin(house, mails(on_reply="hold")).journey).lead_id
    replies(house, lead)
    replies(house, lead)
    assert task(house).kind == "reply"


def test_without_the_word_a_reply_holds_nothing(house: House) -> None:
    turn = begin(house, mails())
    replies(house, row(house, turn.journey).lead_id)
    assert task(house) is None
    assert isinstance(tried(house, turn), ToSend)


def test_after_its_time_it_goes_on_by_itself(house: House) -> None:
    turn = begin(house, mails(on_reply="hold", reply_hold="2d"))
    replies(house, row(house, turn.journey).lead_id)
    held = tried(house, turn)
    assert isinstance(held, Turn)
    house.do(step, MONDAY + timedelta(days=2))
    assert isinstance(tried(house, held), ToSend)


@pytest.mark.parametrize(("word", "holds"), [("hold", False), ("hold-company", True)])
def test_the_company_waits_too_if_it_is_said(house: House, word: str, holds: bool) -> None:
    first = begin(house, mails(on_reply=word))
    account = {"id": new_id(), "domain": "people.example", "fields": {}, "created_at": MONDAY}
    house.do(lambda conn: conn.execute(insert(accounts).values(account)))
    colleague = house.do(enrol, house.desk, "mails", house.lead(), "test:2").journey
    house.do(lambda conn: conn.execute(update(leads).values(account_id=account["id"])))
    replies(house, row(house, first.journey).lead_id)
    assert isinstance(tried(house, turn_of(house, colleague)), ToSend) is not holds


def test_the_audit_knows_that_no_journey_waits_at_the_task(house: House) -> None:
    replies(house, row(house, begin(house, mails(on_reply="hold")).journey).lead_id)
    alone = next(check for check in CHECKS if check.name == "tasks that no journey waits for")
    assert house.do(lambda conn: conn.execute(alone.broken(MONDAY)).all()) == []
    assert house.do(lambda conn: conn.scalar(select(journeys.c.state))) == "open"
