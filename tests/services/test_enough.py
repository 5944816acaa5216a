"""Whether a lead has got enough for now: holidays, quiet times, caps of any length, and who goes first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.services.enrol import enrol
from nurture.services.pause import pause_campaign
from nurture.services.publish import publish_policy
from nurture.services.to_send import ToSend
from nurture.store.tables import events, journeys, sends
from tests.fixtures.content import DICTIONARY, MONDAY, House
from tests.services.test_gates import earlier_mail, reasons, try_to_send
from tests.services.test_turns import GUIDE, begin, row, turn_of

CALENDARS = {"countries": {"DE": {"holidays": {"2026-03-03": "Shrovetide"}}}}
DAILY = {**GUIDE, "sending": {"cap": {"day": 1}}}
OTHER = {"campaign": "other", "priority": 10, "steps": [{"wait": "4h"}, {"send": "offer"}, {"end": "done"}]}


def policy(house: House, kind: str, document: Any) -> None:
    house.do(publish_policy, house.desk.clock, kind, document)


def happens(conn: Connection, lead: str, kind: str, at: datetime, verdict: str | None = "human") -> None:
    row = {"source": "test", "key": f"{kind}{at}", "type": kind, "lead_id": lead, "occurred_at": at}
    conn.execute(
        insert(events).values(**row, received_at=at, judge_at=at, looked_at=at, verdict=verdict, data={})
    )


def held(house: House, turn: Turn) -> tuple[str, datetime, str]:
    assert isinstance(try_to_send(house, turn), Turn)
    found = row(house, turn.journey)
    return found.hold, found.due, reasons(house)[-1]


@pytest.mark.parametrize(
    ("lead", "opens"),
    [({"country": "DE"}, 2), ({"country": "FR"}, 1), ({}, 1)],
)
def test_a_window_stays_shut_on_a_holiday_of_the_leads_country(
    house: House, lead: dict[str, str], opens: int
) -> None:
    policy(house, "calendars", CALENDARS)
    turn = begin(house, {**GUIDE, "sending": {"window": "office"}}, **lead)
    house.do(step, MONDAY + timedelta(hours=9))
    assert held(house, turn)[:2] == ("window", MONDAY + timedelta(days=opens))


def test_the_holiday_is_named(house: House) -> None:
    policy(house, "calendars", CALENDARS)
    turn = begin(house, {**GUIDE, "sending": {"window": "office"}}, country="DE")
    house.do(step, MONDAY + timedelta(days=1, hours=2))
    assert held(house, turn)[2] == "held: the window is shut, Shrovetide"


def test_nothing_goes_out_on_a_blocked_day(house: House) -> None:
    policy(house, "dictionary", {**DICTIONARY, "sending": {"blocked": {"2026-03-02": "stocktaking"}}})
    hold, due, why = held(house, begin(house))
    assert (hold, due) == ("window", MONDAY + timedelta(hours=15))
    assert why == "held: no marketing messages today: stocktaking"


def test_after_a_happening_it_is_quiet_for_a_time(house: House) -> None:
    sending = {**DICTIONARY["sending"], "quiet_after": {"demo-booked": "3d"}}  # type: ignore[dict-item]
    policy(house, "dictionary", {**DICTIONARY, "sending": sending})
    turn = begin(house)
    lead = row(house, turn.journey).lead_id
    house.do(happens, lead, "demo.booked", MONDAY - timedelta(days=1))
    house.do(happens, lead, "demo.booked", MONDAY, "machine")
    assert held(house, turn) == (
        "quiet",
        MONDAY + timedelta(days=2),
        "held: 3d of quiet after demo-booked",
    )
    house.do(step, MONDAY + timedelta(days=2))
    assert isinstance(try_to_send(house, turn_of(house, turn.journey)), ToSend)


def test_a_cap_may_look_back_over_any_time(house: House) -> None:
    turn = begin(house, {**GUIDE, "sending": {"cap": {"30d": 2}}})
    lead = row(house, turn.journey).lead_id
    house.do(earlier_mail, lead, 29 * 24)
    house.do(earlier_mail, lead, 24)
    assert held(house, turn) == ("cap", MONDAY + timedelta(days=1), "held: at most 2 in 30d")


def test_the_cap_of_a_step_is_its_own(house: House) -> None:
    steps = [{"send": "first", "cap": {"week": 1}}, *GUIDE["steps"][1:]]  # type: ignore[index]
    turn = begin(house, {**GUIDE, "steps": steps})
    house.do(earlier_mail, row(house, turn.journey).lead_id, 24)
    assert held(house, turn)[:2] == ("cap", MONDAY + timedelta(days=6))


TEXTED = {
    **GUIDE,
    "steps": [{"send": "first", "via": "sms"}, {"end": "done"}],
    "leave": {},
    "sending": {"sms": {"cap": {"week": 1}, "window": "office"}},
}


@pytest.mark.parametrize(("via", "free"), [("mail", True), ("sms", False)])
def test_by_sms_only_text_messages_fill_its_own_cap(house: House, via: str, free: bool) -> None:
    turn = begin(house, TEXTED, phone="+4915112345678")
    house.do(earlier_mail, row(house, turn.journey).lead_id, 24)
    house.do(lambda conn: conn.execute(update(sends).values(via=via)))
    if free:
        assert isinstance(try_to_send(house, turn), ToSend)
    else:
        # Free on Sunday, and then the window opens on Monday.
        assert held(house, turn) == ("cap", MONDAY + timedelta(days=7), "held: at most 1 a week by sms")


def test_text_messages_have_a_window_of_their_own(house: House) -> None:
    turn = begin(house, TEXTED, phone="+4915112345678")
    house.do(step, MONDAY + timedelta(hours=12))
    assert held(house, turn)[:2] == ("window", MONDAY + timedelta(days=1))


def both(house: House, other: dict[str, Any] = OTHER) -> tuple[Turn, str]:
    """The lead is in both campaigns; the other's mail is due at 13:00. The other journey's id too."""
    turn = begin(house, DAILY)
    house.publish(other)
    found = house.do(enrol, house.desk, "other", row(house, turn.journey).lead_id, "test:1")
    house.do(
        lambda conn: conn.execute(
            update(journeys)
            .where(journeys.c.id == found.journey)
            .values(step="offer", effect="send_message", due=MONDAY + timedelta(hours=4))
        )
    )
    return turn, found.journey


def test_where_one_may_go_the_higher_priority_goes_first_and_is_named(house: House) -> None:
    turn, _ = both(house)
    assert held(house, turn) == (
        "priority",
        MONDAY + timedelta(hours=4, minutes=5),
        "held: other goes first, priority 10 over 0: at most 1 a day",
    )


@pytest.mark.parametrize("what", ["same priority", "operational", "paused", "parked", "later"])
def test_nobody_waits_for_one_that_does_not_go_first(house: House, what: str) -> None:
    other: dict[str, Any] = {**OTHER, "priority": 0} if what == "same priority" else OTHER
    if what == "operational":
        other = {**OTHER, "steps": [{"send": "offer", "kind": "operational"}, {"end": "done"}]}
    turn, journey = both(house, other)
    if what == "paused":
        house.do(pause_campaign, house.desk.clock, "other")
    values: dict[str, Any] = {
        "parked": {"attention": "template"},
        "later": {"due": MONDAY + timedelta(days=2)},
    }
    if what in values:
        change = update(journeys).where(journeys.c.id == journey).values(**values[what])
        house.do(lambda conn: conn.execute(change))
    assert isinstance(try_to_send(house, turn), ToSend)


def test_a_campaign_that_uses_none_of_it_costs_no_statement_more(house: House) -> None:
    """One more campaign is live, with the same priority; the calendars are published."""
    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    def count(document: dict[str, Any]) -> int:
        turn = begin(house, document)
        house.do(lambda conn: event.listen(conn.engine, "before_cursor_execute", note))
        asked.clear()
        assert isinstance(try_to_send(house, turn), ToSend)
        house.do(lambda conn: event.remove(conn.engine, "before_cursor_execute", note))
        return len(asked)

    begin(house, DAILY)
    house.publish({**OTHER, "priority": 0})
    count(DAILY)
    before = count(DAILY)
    policy(house, "calendars", CALENDARS)
    count(DAILY)
    assert count(DAILY) == before
    # Its own conditions look at events, once; nobody asks for quiet times or for other journeys.
    assert len([one for one in asked if "FROM events" in one]) == 1
    assert not [one for one in asked if "JOIN campaigns" in one]
