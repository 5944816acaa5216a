"""Text messages at the gates: no number, STOP, their own caps, and the last gate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from nurture.delivery.compose import Composed
from nurture.delivery.provider import Outcome, Verdict
from nurture.services import engagement, sending
from nurture.services.channels import rest
from nurture.services.look import look
from nurture.services.suppress import suppress
from nurture.services.to_send import ToSend
from nurture.store.columns import new_id
from nurture.store.session import Store
from nurture.store.tables import events, sends, timeline
from tests.fixtures.content import MONDAY, SECRET, House, make_house
from tests.services.test_turns import begin, row

TEXTS: dict[str, Any] = {
    "campaign": "texts",
    "steps": [{"send": "reminder", "via": "sms"}, {"wait": "30d"}, {"end": "over"}],
}


def reason(house: House) -> str:
    query = select(timeline.c.reason).where(timeline.c.kind == "skipped")
    return str(house.do(lambda conn: conn.execute(query).scalar_one()))


def claimed(house: House, **lead: Any) -> ToSend:
    turn = begin(house, TEXTS, **{"phone": "+49 (151) 123-456", **lead})
    found = house.do(sending.begin, house.desk, turn, new_id())
    assert isinstance(found, ToSend)
    return found


def test_it_goes_to_the_number_and_the_ledger_knows_the_channel(house: House) -> None:
    found = claimed(house)
    assert (found.phone, found.recipient) == ("+49151123456", "+49151123456")
    assert house.do(sending.mark, house.desk, found, Composed(b"Hello", [], "0" * 64))
    kept = house.do(lambda conn: conn.execute(select(sends)).one())
    assert (kept.via, kept.kind, kept.recipient) == ("sms", "marketing", "+49151123456")


@pytest.mark.parametrize("phone", [None, "", "by mail only"])
def test_without_a_number_it_is_skipped(house: House, phone: str | None) -> None:
    house.do(sending.begin, house.desk, begin(house, TEXTS, phone=phone), new_id())
    assert reason(house) == "no phone number"


@pytest.mark.parametrize(("text", "stops"), [("STOP", True), (" stop. ", True), ("Stop by at ten", False)])
def test_stop_is_for_good_and_for_this_channel(house: House, text: str, stops: bool) -> None:
    turn = begin(house, TEXTS, phone="+49151123456")
    lead = row(house, turn.journey).lead_id
    values = {"source": "api", "key": "1", "type": "sms.replied", "lead_id": lead, "data": {"text": text}}
    values |= {"occurred_at": MONDAY, "received_at": MONDAY, "judge_at": MONDAY}
    house.do(lambda conn: conn.execute(insert(events).values(values)))
    house.do(look, house.desk, lead)
    found = house.do(sending.begin, house.desk, turn, new_id())
    assert isinstance(found, ToSend) is not stops
    if stops:
        assert reason(house) == "unsubscribed by text message"
        assert row(house, turn.journey).state == "open"  # mail goes on
        assert house.do(engagement.check, house.desk, turn).effect != "ended"


@pytest.mark.parametrize("address", ["+49151123456", "lead1@people.example"])
def test_what_was_stopped_before_the_mark_is_not_sent(house: House, address: str) -> None:
    found = claimed(house)
    house.do(suppress, house.desk.clock, SECRET, address, "unsubscribed")
    assert not house.do(sending.mark, house.desk, found, Composed(b"Hello", [], "0" * 64))


def test_their_cap_counts_text_messages_alone(house: House) -> None:
    twice = [{"send": "a", "via": "sms"}, {"send": "b"}, {"send": "c", "via": "sms"}, {"end": "over"}]
    capped = {"campaign": "texts", "sending": {"sms": {"cap": {"week": 1}}}, "steps": twice}
    turn = begin(house, capped, phone="+49151123456")
    for step in ("a", "b"):
        found = house.do(sending.begin, house.desk, turn, new_id())
        assert isinstance(found, ToSend)
        assert found.step.name == step
        outcome = Outcome(Verdict.SENT, 200, None, "", "accepted")
        turn = house.do(sending.finish, house.desk, found, outcome, Composed(b"x", [], "0" * 64), None)
    house.do(sending.begin, house.desk, turn, new_id())
    held = row(house, turn.journey)
    assert (held.hold, held.due) == ("cap", MONDAY + timedelta(days=7))


def test_an_outage_of_the_mails_provider_keeps_no_text_message_waiting(store: Store) -> None:
    house = make_house(store)
    turns = [begin(house, TEXTS, phone=f"+4915112345{number}") for number in range(2)]
    mail = begin(house, {"campaign": "mails", "steps": [{"send": "first"}, {"end": "over"}]})
    assert isinstance(house.do(sending.begin, house.desk, mail, new_id()), ToSend)
    down = Outcome(Verdict.UNREACHED, 503, None, "", "provider-down", channel=True)
    house.do(rest, house.desk, "smtp", down, None)
    for turn in turns:
        assert isinstance(house.do(sending.begin, house.desk, turn, new_id()), ToSend)
