"""What sales begins: in whose name, held by what, and what it does to an open task."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.services.answer import AnswerWrong
from nurture.services.look import look
from nurture.services.publish import publish_policy
from nurture.services.sending import begin
from nurture.services.started import Logged, hands_off, log_contact, start
from nurture.services.to_send import ToSend
from nurture.services.turns import as_turn
from nurture.store.columns import new_id
from nurture.store.tables import accounts, events, journeys, leads
from tests.fixtures.content import MONDAY, House, text
from tests.services.test_clocks import ANN, BEN, CAMPAIGN, handed, task, user

DAY = timedelta(days=1)
INTRO = {"campaign": "intro", "enrol": {"again": "always"}, "steps": [{"send": "hello"}, {"end": "sent"}]}
SALES: dict[str, Any] = {
    "teams": {
        "inside-sales": {
            "members": [
                {"name": "Ann", "email": ANN, "booking": "https://book.ours.example/ann"},
                {"name": "Ben", "email": BEN},
            ]
        }
    },
    "may_start": ["intro"],
}


@pytest.fixture
def sales(house: House) -> House:
    for campaign in (CAMPAIGN, INTRO):
        body = "Hello. [Book]({{ owner.booking }})"
        house.publish(campaign, {"hello": text("hello", body)} if campaign is INTRO else {})
    house.do(publish_policy, house.desk.clock, "sales", SALES)
    return house


def turn(house: House, lead: str) -> Turn:
    def current(conn: Any) -> Turn:
        query = select(journeys).where(journeys.c.lead_id == lead, journeys.c.campaign == "intro")
        return as_turn(conn, house.desk, conn.execute(query.order_by(journeys.c.entry.desc())).first())

    return house.store.write_sync(current)


def sending(house: House, lead: str) -> Any:
    return house.do(begin, house.desk, turn(house, lead), new_id())


def test_a_message_goes_in_the_name_of_who_starts_it_although_sales_has_the_lead(sales: House) -> None:
    lead, one = handed(sales)
    ann = user(sales, ANN)
    for _ in range(2):  # a button pressed twice
        sales.do(start, sales.desk, lead, "intro", ann, "nonce")
    mail = sending(sales, lead)
    assert isinstance(mail, ToSend)
    assert (mail.sender and mail.sender.address, mail.whose["booking"]) == (
        ANN,
        "https://book.ours.example/ann",
    )
    assert task(sales, lead).touched_by == ann
    assert one.touched_at is None
    with pytest.raises(AnswerWrong, match="not for sales"):
        sales.do(start, sales.desk, lead, "talk", ann, "other")


def test_hands_off_a_person_and_a_company(sales: House) -> None:
    account = new_id()
    row = {"id": account, "domain": "x.example", "fields": {}, "created_at": MONDAY}
    sales.do(lambda conn: conn.execute(insert(accounts).values(row)))
    lead = sales.lead(account_id=account)
    by = user(sales, ANN)
    sales.do(hands_off, sales.desk, lead, MONDAY + 5 * DAY, by, company=True)
    sales.do(start, sales.desk, lead, "intro", by, "one")
    assert isinstance(sending(sales, lead), Turn)
    held = select(journeys.c.hold, journeys.c.due).where(journeys.c.lead_id == lead)
    assert tuple(sales.do(lambda conn: conn.execute(held).one())) == ("rest", MONDAY + 5 * DAY)
    sales.do(hands_off, sales.desk, lead, None, by, company=True)
    assert (
        sales.do(lambda conn: conn.scalar(select(journeys.c.due).where(journeys.c.lead_id == lead))) == MONDAY
    )
    assert isinstance(sending(sales, lead), ToSend)
    alone = sales.lead()
    sales.do(hands_off, sales.desk, alone, MONDAY + DAY, by)
    for until, company in ((MONDAY - DAY, False), (MONDAY + DAY, True)):
        with pytest.raises(AnswerWrong):
            sales.do(hands_off, sales.desk, alone, until, by, company=company)


def test_a_contact_is_an_event_of_its_day_and_stops_the_clock(sales: House) -> None:
    lead, _ = handed(sales)
    sales.do(step, MONDAY + DAY)
    sales.do(log_contact, sales.desk, lead, Logged("fair", user(sales, ANN), MONDAY, "Stand 4"))
    event = sales.do(lambda conn: conn.execute(select(events).where(events.c.type == "fair.logged")).one())
    assert (event.occurred_at, event.verdict, task(sales, lead).touched_at) == (MONDAY, "human", MONDAY + DAY)
    with pytest.raises(AnswerWrong):
        sales.do(log_contact, sales.desk, lead, Logged("call", user(sales, ANN), MONDAY + 9 * DAY))


def test_what_was_before_a_task_is_no_act_on_it(sales: House) -> None:
    lead, _ = handed(sales)
    sales.do(log_contact, sales.desk, lead, Logged("visit", user(sales, ANN), MONDAY - 300 * DAY))
    assert (task(sales, lead).touched_at, task(sales, lead).sla) == (None, None)


@pytest.mark.parametrize(("host", "by"), [("", ANN), (BEN, BEN), ("who@else.example", ANN)])
def test_who_books_a_talk_is_accepted(sales: House, host: str, by: str) -> None:
    lead, _ = handed(sales)
    booked(sales, lead, MONDAY - DAY)
    assert task(sales, lead).state == "open"  # before the handing over
    booked(sales, lead, MONDAY, host)
    found = task(sales, lead)
    assert (found.state, found.answered_by, found.sla) == ("accepted", user(sales, by), "met")


def booked(house: House, lead: str, at: Any, host: str = "") -> None:
    row: dict[str, Any] = {"source": "calendar", "key": f"{at}", "type": "meeting.booked", "lead_id": lead}
    row |= {"occurred_at": at, "received_at": MONDAY, "judge_at": MONDAY, "data": {"host": host}}
    house.do(lambda conn: conn.execute(insert(events).values(row)))
    house.do(look, house.desk, lead)


def test_a_merged_lead_is_the_other(sales: House) -> None:
    lead, other = sales.lead(), sales.lead()
    gone = update(leads).where(leads.c.id == other).values(merged_into=lead, email=None)
    sales.do(lambda conn: conn.execute(gone))
    sales.do(start, sales.desk, other, "intro", user(sales, ANN), "one")
    assert isinstance(sending(sales, lead), ToSend)
