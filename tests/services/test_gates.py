"""The gates of a send, each with its name on the timeline, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.delivery.compose import Composed
from nurture.services import engagement, hold, sending
from nurture.services.pause import pause_campaign, resume_campaign
from nurture.services.suppress import suppress
from nurture.services.to_send import ToSend
from nurture.store.columns import new_id
from nurture.store.tables import installation, journeys, leads, sends, timeline
from tests.fixtures.content import MONDAY, SECRET, House
from tests.services.test_turns import GUIDE, begin, row

GUIDE_STEPS: list[Any] = list(GUIDE["steps"])


def reasons(house: House) -> list[str]:
    def read(conn: Connection) -> list[str]:
        query = select(timeline.c.kind, timeline.c.reason).order_by(timeline.c.id)
        return [f"{line.kind}: {line.reason}" for line in conn.execute(query)]

    found: list[str] = house.do(read)
    return found


def try_to_send(house: House, turn: Turn) -> Any:
    return house.do(sending.begin, house.desk, turn, new_id())


def earlier_mail(conn: Connection, lead: str, hours: int) -> None:
    at = MONDAY - timedelta(hours=hours)
    values = {"id": new_id(), "key": f"earlier/{hours}", "lead_id": lead, "message": "x", "kind": "marketing"}
    conn.execute(insert(sends).values(**values, state="sent", created_at=at))


def test_an_open_gate_lets_it_be_claimed(house: House) -> None:
    claimed = try_to_send(house, begin(house))
    assert isinstance(claimed, ToSend)
    assert claimed.email == "lead1@people.example"


def test_a_shut_window_holds_until_it_opens(house: House) -> None:
    turn = begin(house, {**GUIDE, "sending": {"window": "office"}})
    house.do(step, MONDAY + timedelta(hours=9))
    assert isinstance(try_to_send(house, turn), Turn)
    found = row(house, turn.journey)
    assert (found.hold, found.due) == ("window", MONDAY + timedelta(days=1))
    assert reasons(house)[-1] == "held: the window is shut"


def test_the_conditions_of_a_held_mail_are_asked_when_the_window_opens(house: House) -> None:
    """As stories have it: whatever wakes the journey before, nothing is skipped."""
    house.do(step, MONDAY + timedelta(hours=9))
    first = {"send": "first", "unless": 'lead.industry == "food"'}
    turn = begin(house, {**GUIDE, "steps": [first, {"end": "done"}], "sending": {"window": "office"}})
    turn = house.do(engagement.check, house.desk, turn)
    assert (turn.effect, row(house, turn.journey).due) == ("send_message", MONDAY + timedelta(days=1))
    house.do(lambda conn: conn.execute(update(leads).values(fields={"industry": "food"})))
    turn = house.do(engagement.check, house.desk, turn)
    assert (row(house, turn.journey).state, turn.step) == ("open", "first")
    house.do(step, MONDAY + timedelta(days=1))
    assert try_to_send(house, turn).effect == "ended"
    assert 'skipped: lead.industry == "food" holds' in reasons(house)


def test_a_window_that_opens_too_late_skips_at_once(house: House) -> None:
    steps = [{**GUIDE_STEPS[0], "within": "1d"}, *GUIDE_STEPS[1:]]
    house.do(step, MONDAY + timedelta(days=4, hours=10))
    turn = begin(house, {**GUIDE, "steps": steps, "sending": {"window": "office"}})
    assert row(house, turn.journey).due == MONDAY + timedelta(days=4, hours=10), "not on Monday"
    assert isinstance(try_to_send(house, turn), Turn)
    assert row(house, turn.journey).step == "second"
    assert "skipped: the window opens 2 days late, more than 1d" in reasons(house)


def test_a_cap_that_is_full_for_too_long_skips_at_once(house: House) -> None:
    turn = begin(house, {**GUIDE, "sending": {"cap": {"30d": 1}}})
    house.do(earlier_mail, row(house, turn.journey).lead_id, 20)
    assert isinstance(try_to_send(house, turn), Turn)
    assert row(house, turn.journey).step == "second"
    assert "skipped: at most 1 in 30d: it would be 29 days late, more than 7d" in reasons(house)


def test_too_late_is_skipped_and_the_journey_goes_on(house: House) -> None:
    turn = begin(house)
    house.do(step, MONDAY + timedelta(days=8))
    assert isinstance(try_to_send(house, turn), Turn)
    assert row(house, turn.journey).step == "second"
    assert "skipped: 8 days late, more than 7d" in reasons(house)


def test_a_cap_holds_until_the_oldest_mail_is_out(house: House) -> None:
    turn = begin(house, {**GUIDE, "sending": {"cap": {"day": 1}}})
    house.do(earlier_mail, row(house, turn.journey).lead_id, 20)
    assert isinstance(try_to_send(house, turn), Turn)
    assert row(house, turn.journey).due == MONDAY + timedelta(hours=4)
    assert reasons(house)[-1] == "held: at most 1 a day"


def test_operational_mail_passes_the_cap(house: House) -> None:
    steps = [{"send": "first", "kind": "operational"}, *GUIDE_STEPS[1:]]
    turn = begin(house, {**GUIDE, "steps": steps, "sending": {"cap": {"day": 1}}})
    house.do(earlier_mail, row(house, turn.journey).lead_id, 20)
    assert isinstance(try_to_send(house, turn), ToSend)


@pytest.mark.parametrize("reason", ["unsubscribed", "complained", "bounced"])
def test_suppression_ends_the_journey_under_its_name(house: House, reason: str) -> None:
    turn = begin(house)
    house.do(suppress, house.desk.clock, SECRET, "lead1@people.example", reason)
    assert try_to_send(house, turn).effect == "ended"
    assert row(house, turn.journey).outcome == reason


def test_a_hold_and_a_pause_hold(house: House) -> None:
    turn = begin(house)
    house.do(hold.hold, house.desk.clock, "wrong prices")
    held = try_to_send(house, turn)
    assert row(house, turn.journey).hold == "held"
    house.do(step, MONDAY + timedelta(minutes=1))
    house.do(hold.release)
    house.do(pause_campaign, house.desk.clock, "guide")
    paused = try_to_send(house, held)
    assert row(house, turn.journey).hold == "paused"
    house.do(resume_campaign, "guide")
    again = house.do(engagement.check, house.desk, paused)
    assert isinstance(try_to_send(house, again), ToSend)


def test_a_copy_under_another_address_sends_nothing(house: House) -> None:
    turn = begin(house)
    house.do(lambda conn: conn.execute(update(installation).values(base_url="https://elsewhere.example")))
    assert isinstance(try_to_send(house, turn), Turn)
    assert row(house, turn.journey).hold == "copy"


def test_only_allowed_addresses_get_mail(house: House) -> None:
    turn = begin(house)
    house.desk.allowed = ("@ours.example",)
    assert isinstance(try_to_send(house, turn), Turn)
    assert "skipped: this installation may not write to the address" in reasons(house)


@pytest.mark.parametrize("what", ["suppressed", "held", "copied", "journey paused", "campaign paused"])
def test_what_is_committed_before_the_mark_wins(house: House, what: str) -> None:
    """Promise 5: the statement that marks the mail in flight looks at all of it once more."""
    claimed = try_to_send(house, begin(house))
    clock = house.desk.clock
    acts = {
        "suppressed": lambda conn: suppress(conn, clock, SECRET, claimed.email, "unsubscribed"),
        "held": lambda conn: hold.hold(conn, clock, "stop"),
        "copied": lambda conn: conn.execute(update(installation).values(namespace="other")),
        "journey paused": lambda conn: conn.execute(update(journeys).values(paused_at=MONDAY)),
        "campaign paused": lambda conn: pause_campaign(conn, clock, "guide"),
    }
    assert house.do(mark, house, claimed)
    house.do(lambda conn: conn.execute(update(sends).values(state="claimed")))
    house.do(acts[what])
    assert not house.do(mark, house, claimed)


def mark(conn: Connection, house: House, claimed: ToSend) -> bool:
    return sending.mark(conn, house.desk, claimed, Composed(b"", [], "0" * 64))
