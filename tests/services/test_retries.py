"""Mails that were put off: who still gets them, and who does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.delivery.compose import Composed
from nurture.delivery.provider import Outcome, Verdict
from nurture.services import ledger, retries, sending
from nurture.services.hold import hold, release
from nurture.services.suppress import suppress, suppressed
from nurture.services.to_send import ToSend
from nurture.store.columns import db_now, new_id
from nurture.store.tables import journeys, leads, sends
from tests.fixtures.content import MONDAY, SECRET, House
from tests.services.test_feedback import a_send
from tests.services.test_turns import begin

LAST = {
    "campaign": "guide",
    "enrol": {"on": "guide-form"},
    "leave": {"customer": "lead.customer"},
    "steps": [{"send": "first"}, {"end": "done"}],
}
DEFERRED = Outcome(Verdict.RETRY, 450, "4.2.1", "450 later", "mailbox-busy")
FENCED = Outcome(Verdict.FENCED, None, None, "", "fenced")
COMPOSED = Composed(mail=b"Subject: first\r\n\r\nHello", links=[], body_sha256="0" * 64)


def put_off(house: House, **more: Any) -> Any:
    """Its journey has walked to its end since, and its time has come: claimed by the relay."""
    turn = begin(house, LAST)
    mail = house.do(sending.begin, house.desk, turn, new_id())
    assert isinstance(mail, ToSend)
    ended = house.do(sending.finish, house.desk, mail, DEFERRED, COMPOSED, None)
    assert ended.effect == "ended"
    house.do(lambda conn: conn.execute(update(sends).values(not_before=db_now(-1), **more)))
    return house.do(ledger.due_again, new_id())


def state(house: House) -> str:
    return str(house.do(lambda conn: conn.scalar(select(sends.c.state))))


def test_the_end_of_its_journey_does_not_cancel_it(house: House) -> None:
    assert house.do(retries.mark, house.desk, put_off(house))
    assert state(house) == "inflight"


@pytest.mark.parametrize("outcome", ["customer", "erased"])
def test_who_left_wants_none(house: House, outcome: str) -> None:
    mail = put_off(house)
    house.do(lambda conn: conn.execute(update(journeys).values(outcome=outcome)))
    assert not house.do(retries.mark, house.desk, mail)
    house.do(retries.finish, house.desk, mail, FENCED, None)
    assert state(house) == "cancelled"


def test_who_is_suppressed_gets_none(house: House) -> None:
    mail = put_off(house)
    email = house.do(lambda conn: conn.scalar(select(leads.c.email)))
    house.do(suppress, house.desk.clock, SECRET, email, "unsubscribed")
    assert not house.do(retries.mark, house.desk, mail)
    house.do(retries.finish, house.desk, mail, FENCED, None)
    assert state(house) == "cancelled"


def test_a_hold_only_makes_it_wait(house: House) -> None:
    mail = put_off(house)
    house.do(hold, house.desk.clock, "wrong prices")
    assert not house.do(retries.mark, house.desk, mail)
    house.do(retries.finish, house.desk, mail, FENCED, None)
    assert state(house) == "retry"
    house.do(release)
    house.do(lambda conn: conn.execute(update(sends).values(not_before=db_now(-1))))
    assert house.do(retries.mark, house.desk, house.do(ledger.due_again, new_id()))


@pytest.mark.parametrize(("verdict", "gone"), [(Verdict.RETRY, True), (Verdict.UNREACHED, False)])
def test_who_is_never_taken_in_for_weeks_gets_no_more(house: House, verdict: Verdict, gone: bool) -> None:
    mail = put_off(house, created_at=MONDAY - timedelta(hours=73))
    for number in range(1, 6):
        before: dict[str, Any] = {
            "state": "given_up",
            "reason": "server-trouble",
            "code": 450,
            "days": 7 * number,
        }
        a_send(house, mail.lead_id, number, **before)
    email = house.do(lambda conn: conn.scalar(select(leads.c.email)))
    assert house.do(suppressed, [SECRET], email) is None
    house.do(retries.finish, house.desk, mail, replace(DEFERRED, verdict=verdict, reason="slow-down"), None)
    assert state(house) == "given_up"
    assert house.do(suppressed, [SECRET], email) == ("bounced" if gone else None)


def test_what_a_vanished_worker_had_marked_is_unknown_and_its_text_is_gone(house: House) -> None:
    assert house.do(retries.mark, house.desk, put_off(house))
    house.do(lambda conn: conn.execute(update(sends).values(lease_until=db_now(-1))))
    assert house.do(ledger.lapse, house.do(house.desk.clock.now)) == 1
    row = house.do(lambda conn: conn.execute(select(sends)).one())
    assert (row.state, row.body) == ("unknown", None)
