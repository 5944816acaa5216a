"""Somebody wrote back: messages wait until they are answered, for the lead or for the company."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.services import engagement, sending
from nurture.services.answering import close_unanswered
from nurture.services.enrol import enrol
from nurture.services.handing_on import handed_on_due, see_to
from nurture.services.look import look
from nurture.services.tasks import Done, complete
from nurture.services.to_send import ToSend
from nurture.store.columns import new_id
from nurture.store.queries.audit import CHECKS
from nurture.store.tables import accounts, events, handoffs, journeys, leads, outbox, timeline
from tests.fixtures.content import MONDAY, House
from tests.services.test_turns import begin, row, turn_of


def mails(**own: Any) -> dict[str, Any]:
    return {"campaign": "mails", "sending": own, "steps": [{"send": "first"}, {"end": "over"}]}


def replies(house: House, lead: str) -> None:
    values = {"source": "api", "key": new_id(), "type": "email.replied", "lead_id": lead, "data": {}}
    now = house.do(house.desk.clock.now)
    times = {"occurred_at": now, "received_at": now, "judge_at": now}
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


def test_it_holds_though_no_file_says_so(house: House) -> None:
    turn = begin(house, mails())
    replies(house, row(house, turn.journey).lead_id)
    assert task(house).kind == "reply"
    assert not isinstance(tried(house, turn), ToSend)


def test_a_campaign_may_go_on(house: House) -> None:
    turn = begin(house, mails(on_reply="go-on"))
    replies(house, row(house, turn.journey).lead_id)
    assert task(house) is None
    assert isinstance(tried(house, turn), ToSend)


def test_a_call_waits_too_also_a_colleagues(house: House) -> None:
    call = {"task": "call", "kind": "call", "team": "inside-sales", "text": "Call them", "due": "1d"}
    own = {"sending": {"on_reply": "hold-company"}, "steps": [call, {"end": "over"}]}
    turn = begin(house, {**mails(), **own})
    account, now = new_id(), {"created_at": MONDAY}
    values = {"id": account, "domain": "ours.example", "fields": {}, **now}
    house.do(lambda conn: conn.execute(insert(accounts).values(**values)))
    colleague = house.lead()
    assert house.do(enrol, house.desk, "mails", colleague, "test:2").refused is None
    house.do(lambda conn: conn.execute(update(leads).values(account_id=account)))
    replies(house, colleague)
    held = house.do(engagement.create_task, house.desk, turn)
    assert (row(house, turn.journey).hold, held.effect) == ("reply", "create_task")
    found = task(house)
    assert found.kind == "reply"
    house.do(complete, house.desk, found.id, found.version, Done("done", found.owner))
    house.do(engagement.create_task, house.desk, turn_of(house, turn.journey))
    kinds = house.do(lambda conn: conn.scalars(select(handoffs.c.kind).order_by(handoffs.c.id)).all())
    assert kinds == ["reply", "call"]


def test_after_its_time_it_goes_on_by_itself(house: House) -> None:
    turn = begin(house, mails(on_reply="hold", reply_hold="2d"))
    replies(house, row(house, turn.journey).lead_id)
    held = tried(house, turn)
    assert isinstance(held, Turn)
    house.do(step, MONDAY + timedelta(days=2))
    assert isinstance(tried(house, held), ToSend)


def test_a_task_that_nobody_answers_is_closed_when_the_hold_is_over(house: House) -> None:
    lead = row(house, begin(house, mails(reply_hold="2d")).journey).lead_id
    replies(house, lead)
    house.do(step, MONDAY + timedelta(days=1))
    replies(house, lead)
    house.do(step, MONDAY + timedelta(days=3) - timedelta(minutes=1))
    assert house.do(close_unanswered, house.desk) == 0, "the second reply holds anew"
    house.do(step, MONDAY + timedelta(days=3))
    assert house.do(close_unanswered, house.desk) == 1
    assert task(house).state == "expired"
    lines = house.do(lambda conn: conn.execute(select(timeline.c.kind, timeline.c.step)).all())
    assert lines[-1] == ("not_answered", "reply")
    assert house.do(close_unanswered, house.desk) == 0


def warned(house: House) -> list[str]:
    """Which deadlines of a reply were seen to, up to now."""
    found = []
    for number in house.do(handed_on_due, house.desk):
        before = task(house)
        assert house.do(see_to, house.desk, number)
        found += ["reminded"] if task(house).reminded_at != before.reminded_at else []
        found += ["escalated"] if task(house).escalations > before.escalations else []
    return found


def test_whoever_leaves_it_is_reminded_and_then_it_climbs_the_ladder(house: House) -> None:
    lead = row(house, begin(house, mails(reply_hold="14d")).journey).lead_id
    replies(house, lead)
    told = []
    while (at := task(house).next_at) and at < MONDAY + timedelta(days=14):
        house.do(step, at)
        told += warned(house)
    assert told[:2] == ["reminded", "escalated"]
    house.do(step, MONDAY + timedelta(days=14))
    assert warned(house) == []
    assert (task(house).state, task(house).next_at) == ("open", None)
    assert house.do(close_unanswered, house.desk) == 1


def test_nobody_is_reminded_of_what_is_answered(house: House) -> None:
    replies(house, row(house, begin(house, mails()).journey).lead_id)
    found = task(house)
    house.do(complete, house.desk, found.id, found.version, Done("done", found.owner))
    house.do(step, MONDAY + timedelta(days=3))
    assert house.do(handed_on_due, house.desk) == []


def test_a_reply_after_that_is_a_new_task(house: House) -> None:
    lead = row(house, begin(house, mails(reply_hold="2d")).journey).lead_id
    replies(house, lead)
    house.do(step, MONDAY + timedelta(days=2))
    replies(house, lead)
    states = house.do(lambda conn: conn.scalars(select(handoffs.c.state).order_by(handoffs.c.state)).all())
    assert states == ["expired", "open"]


def test_a_colleague_who_wrote_too_waits_for_an_answer_of_her_own(house: House) -> None:
    first = begin(house, mails())
    account = {"id": new_id(), "domain": "people.example", "fields": {}, "created_at": MONDAY}
    house.do(lambda conn: conn.execute(insert(accounts).values(account)))
    colleague = house.do(enrol, house.desk, "mails", house.lead(), "test:2").journey
    house.do(lambda conn: conn.execute(update(leads).values(account_id=account["id"])))
    for journey in (first.journey, colleague):
        replies(house, row(house, journey).lead_id)
    found = house.do(lambda conn: conn.execute(select(handoffs).order_by(handoffs.c.created_at)).first())
    house.do(complete, house.desk, found.id, found.version, Done("done", found.owner))
    free = {
        journey: isinstance(tried(house, turn_of(house, journey)), ToSend)
        for journey in (first.journey, colleague)
    }
    assert free == {first.journey: True, colleague: False}


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
