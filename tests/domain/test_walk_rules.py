"""Leaves, goals and rules: what holds at whatever step the lead is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nurture.domain.walk import listens
from tests.domain.driving import start

PRICES = {"path": "/prices/big"}

LEAVES = """
leave:
  customer: lead.customer
  meeting: happened("demo-booked")
rules:
  - rule: prices
    when: count("prices-page", "7d") >= 2
    then: [{go: talk}]
steps:
  - send: a
  - wait: 10d
  - send: b
sections:
  talk:
    - handoff: sales
"""


def test_leave_is_looked_at_at_every_event_in_the_order_of_the_file() -> None:
    journey = start(LEAVES).until("2026-03-03")
    journey.apply("set", {"lead.customer": True})
    journey.happens("2026-03-04", "demo.booked")
    assert journey.last.outcome == "customer"
    left = next(line for line in journey.lines if line.kind == "left")
    assert (left.step, left.reason) == ("b", "lead.customer holds")


def test_leave_comes_before_a_send_that_is_due() -> None:
    journey = start(LEAVES).until("2026-03-03")
    journey.note("demo.booked", {})
    assert journey.until("2026-03-20").last.outcome == "meeting"
    assert [step for _, _, step in journey.done] == ["a"]


def test_leave_comes_before_rules() -> None:
    journey = start(LEAVES).until("2026-03-03")
    journey.note("page.viewed", PRICES)
    journey.note("page.viewed", PRICES)
    journey.happens("2026-03-04", "demo.booked")
    assert journey.last.outcome == "meeting"


@pytest.mark.parametrize("gone", ["unsubscribed", "complained", "bounced", "erased"])
def test_who_is_gone_leaves_every_campaign_under_that_name(gone: str) -> None:
    journey = start(LEAVES).until("2026-03-03")
    journey.facts = replace(journey.facts, gone=gone)
    assert journey.until("2026-03-20").last.outcome == gone


def test_a_customer_leaves() -> None:
    journey = start("[{send: a}, {wait: 1d}, {send: b}]").until("2026-03-02 10:00")
    journey.facts = replace(journey.facts, stage="customer")
    assert journey.until("2026-03-20").last.outcome == "customer"


def test_a_customer_stays_where_customers_do() -> None:
    journey = start("{customers: stay, steps: [{send: a}, {wait: 1d}, {send: b}]}")
    journey.facts = replace(journey.facts, stage="customer")
    assert [step for _, _, step in journey.until("2026-03-20").done] == ["a", "b"]


def test_a_change_on_the_way_is_looked_at_before_the_next_step() -> None:
    text = '{leave: {won: tagged("won")}, steps: [{do: x, tag: won}, {send: never}]}'
    journey = start(text)
    assert journey.look().outcome == "won"


def test_a_rule_acts_wherever_the_lead_is_and_once() -> None:
    journey = start(LEAVES).until("2026-03-03")
    journey.happens("2026-03-03", "page.viewed", PRICES)
    assert journey.last.position.step == "b"
    journey.happens("2026-03-04 22:00", "page.viewed", PRICES)
    assert journey.done[-1] == ("Wed 2026-03-04 22:00", "hand_off", "sales")
    visits = journey.last.position.visits
    journey.happens("2026-03-04 22:30", "page.viewed", PRICES)
    assert journey.last.position.visits == visits
    assert "rule" not in [listen.kind for listen in journey.last.listens]


AGAIN = """
rules:
  - rule: points
    when: happened("prices-page")
    again: after 7d
    then: [{do: more, score: 10}]
steps:
  - wait: 60d
  - send: a
"""


def test_a_rule_acts_again_after_its_time_and_leaves_the_lead_where_it_is() -> None:
    journey = start(AGAIN).until("2026-03-03")
    waiting = journey.last
    journey.happens("2026-03-04 10:00", "page.viewed", PRICES)
    assert (journey.facts.score, journey.last.due) == (10, waiting.due)
    journey.happens("2026-03-08 10:00", "page.viewed", PRICES)
    assert journey.facts.score == 10
    assert "rule" in [listen.kind for listen in journey.last.listens]
    journey.happens("2026-03-11 10:00", "page.viewed", PRICES)
    assert journey.facts.score == 20
    assert journey.last.position.visits["more"] == 2
    assert journey.until("2026-06-01").done == [("Fri 2026-05-01 10:00", "send_message", "a")]


def test_a_rule_may_end_and_its_steps_have_conditions() -> None:
    text = """
    rules:
      - rule: big
        when: happened("prices-page")
        then: [{end: small, if: lead.employees < 5}, {do: x, tag: seen}, {end: big, if: lead.employees > 5}]
    steps: [{wait: 30d}]
    """
    journey = start(text, fields={"lead.employees": 50}).until("2026-03-03")
    assert journey.happens("2026-03-03", "page.viewed", PRICES).last.outcome == "big"
    assert journey.facts.tags == {"seen"}


def test_what_is_listened_to() -> None:
    text = LEAVES.replace("- wait: 10d", '- wait: up to 10d\n    until: clicked("a")')
    journey = start(text).until("2026-03-03")
    found = [(listen.kind, listen.name) for listen in journey.last.listens]
    assert found == [("leave", "customer"), ("leave", "meeting"), ("rule", "prices"), ("until", "a+wait")]
    moved = replace(journey.last.position, waiting=False)
    assert "until" not in [listen.kind for listen in listens(journey.campaign, moved)]
