"""What a reader chooses is obeyed, at the gate and at the last one, and kept with the address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.delivery.compose import Composed
from nurture.services import sending, tracking
from nurture.services.preferences import Choice, choose, shown
from nurture.services.publish import publish_policy
from nurture.services.suppress import suppress
from nurture.services.to_send import ToSend
from nurture.services.tracking import Visitor
from nurture.store.tables import consents, events, leads, sends, suppressions
from tests.fixtures.content import DICTIONARY, MONDAY, SECRET, House
from tests.services.test_gates import earlier_mail, reasons, try_to_send
from tests.services.test_turns import GUIDE, begin, row, turn_of

TOPICS = {"news": "News and events", "tips": "Tips for planners"}
ALL = frozenset(TOPICS)
ABOUT_NEWS = {**GUIDE, "topic": "news"}
BYTES = Composed(b"x", [], "")


@pytest.fixture
def home(house: House) -> House:
    house.do(publish_policy, house.desk.clock, "dictionary", {**DICTIONARY, "topics": TOPICS})
    return house


def lead_of(home: House, turn: Turn) -> str:
    return str(row(home, turn.journey).lead_id)


def wants(home: House, lead: str, topics: frozenset[str] = ALL, **more: Any) -> bool:
    return bool(home.do(choose, home.desk, lead, "guide", Choice(topics, **more)))


def test_a_pause_holds_until_it_is_over_or_taken_back(home: House) -> None:
    turn = begin(home)
    assert wants(home, lead_of(home, turn), months=2)
    assert isinstance(try_to_send(home, turn), Turn)
    held = row(home, turn.journey)
    assert (held.hold, held.due) == ("asked-pause", MONDAY.replace(month=5))
    assert reasons(home)[-1] == "held: she has paused our mails"
    assert wants(home, lead_of(home, turn), months=0)
    assert row(home, turn.journey).due == MONDAY, "and what was held is due"
    assert isinstance(try_to_send(home, turn_of(home, turn.journey)), ToSend)


def test_weekly_is_a_cap_of_her_own(home: House) -> None:
    turn = begin(home)
    wants(home, lead_of(home, turn), often="weekly")
    home.do(earlier_mail, lead_of(home, turn), 24)
    assert isinstance(try_to_send(home, turn), Turn)
    assert row(home, turn.journey).due == MONDAY + timedelta(days=6)
    assert reasons(home)[-1] == "held: at most 1 a week, as she asked"


def test_a_topic_that_is_not_wanted_is_skipped_and_the_journey_goes_on(home: House) -> None:
    turn = begin(home, ABOUT_NEWS)
    wants(home, lead_of(home, turn), frozenset({"tips"}))
    assert isinstance(try_to_send(home, turn), Turn)
    assert row(home, turn.journey).step == "second"
    assert "skipped: she wants nothing about news" in reasons(home)


@pytest.mark.parametrize("kind", ["marketing", "operational"])
def test_other_topics_and_what_she_needs_to_know_go_out(kind: str, home: House) -> None:
    document = {**ABOUT_NEWS, "steps": [{"send": "first", "kind": kind}, {"end": "done"}]}
    turn = begin(home, document if kind == "operational" else GUIDE)
    wants(home, lead_of(home, turn), frozenset({"tips"}), months=1 if kind == "operational" else 0)
    claimed = try_to_send(home, turn)
    assert isinstance(claimed, ToSend)
    assert home.do(sending.mark, home.desk, claimed, BYTES)


@pytest.mark.parametrize("choice", [{"months": 1}, {"topics": frozenset({"tips"})}])
def test_what_is_chosen_after_the_claim_wins_at_the_last_gate(choice: dict[str, Any], home: House) -> None:
    claimed = try_to_send(home, begin(home, ABOUT_NEWS))
    assert isinstance(claimed, ToSend)
    wants(home, claimed.lead_id, **choice)
    assert not home.do(sending.mark, home.desk, claimed, BYTES)


def test_a_topic_is_kept_with_the_address_and_in_the_record(home: House) -> None:
    turn = begin(home, ABOUT_NEWS)
    lead = lead_of(home, turn)
    wants(home, lead, frozenset({"tips"}))
    assert not wants(home, lead, frozenset({"tips"})), "nothing new"
    found = home.do(lambda conn: conn.execute(select(suppressions)).one())
    assert (found.scope, len(found.address)) == ("topic:news", 64)
    wants(home, lead)
    said = home.do(lambda conn: conn.execute(select(consents).order_by(consents.c.at, consents.c.id)).all())
    assert [one.purpose for one in said] == ["topic:news"] * 2
    assert [one.state for one in said] == ["withdrawn", "given"]
    assert isinstance(try_to_send(home, turn), ToSend)


def test_nobody_comes_back_by_choosing_and_an_erased_one_chooses_nothing(home: House) -> None:
    lead = home.lead()
    home.do(suppress, home.desk.clock, SECRET, "lead1@people.example", "unsubscribed")
    wants(home, lead, often="weekly")
    assert home.do(shown, home.desk, lead).gone
    home.do(lambda conn: conn.execute(update(leads).values(email=None, erased_at=MONDAY)))
    assert not wants(home, lead, often="monthly")
    assert home.do(shown, home.desk, lead).often is None


def test_whoever_is_not_tracked_gets_plain_links_and_leaves_no_trace(home: House) -> None:
    turn = begin(home)
    claimed = try_to_send(home, turn)
    assert isinstance(claimed, ToSend)
    assert claimed.tracking
    home.do(lambda conn: conn.execute(update(sends).values(links=["https://ours.example/a"])))
    wants(home, claimed.lead_id, tracking=False)
    seen = Visitor("GET", "Firefox", "hash")
    assert home.do(tracking.click, home.desk.clock, claimed.send_id, 0, seen) == "https://ours.example/a"
    home.do(tracking.opened, home.desk.clock, claimed.send_id, seen)
    kinds = home.do(lambda conn: conn.scalars(select(events.c.type)).all())
    assert kinds == ["preferences.changed"]
    home.do(step, MONDAY + timedelta(minutes=1))
    again = begin(home, {**GUIDE, "campaign": "again"}, email="x@people.example", tracking=False)
    assert not try_to_send(home, again).tracking


@pytest.mark.parametrize("place", ["company", "campaign"])
def test_a_campaign_or_the_company_can_do_without_tracking(place: str, home: House) -> None:
    if place == "company":
        sending_ = {**DICTIONARY["sending"], "tracking": False}  # type: ignore[dict-item]
        home.do(publish_policy, home.desk.clock, "dictionary", {**DICTIONARY, "sending": sending_})
    own = {"sending": {"tracking": False}} if place == "campaign" else {}
    assert not try_to_send(home, begin(home, {**GUIDE, **own})).tracking
