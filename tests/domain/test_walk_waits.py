"""The four waits: how long, until what, to which date, into which hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.driving import at, local, start


@pytest.mark.parametrize(
    ("begin", "wait", "end"),
    [
        ("2026-03-02 10:00", "3d", "Thu 2026-03-05 10:00"),
        ("2026-03-28 09:00", "1d", "Sun 2026-03-29 09:00"),  # the clocks go forward: the hour is kept
        ("2026-03-28 09:00", "24h", "Sun 2026-03-29 10:00"),  # hours elapse
        ("2026-10-24 09:00", "1w", "Sat 2026-10-31 09:00"),
        ("2026-01-31 09:00", "1 month", "Sat 2026-02-28 09:00"),
        ("2026-03-06 16:00", "1 business day", "Mon 2026-03-09 16:00"),
        ("2026-03-06 16:00", "1d, into: office", "Mon 2026-03-09 09:00"),
        ("2026-03-02 10:00", "into afternoons", "Mon 2026-03-02 13:00"),
        ("2026-03-02 14:00", "into afternoons", "Mon 2026-03-02 14:00"),
        ("2026-03-06 18:00", "into afternoons", "Mon 2026-03-09 13:00"),
    ],
)
def test_how_long_a_wait_is(begin: str, wait: str, end: str) -> None:
    journey = start(f"[{{wait: {wait}}}, {{send: a}}]", begin).until("2026-12-01")
    assert journey.done == [(end, "send_message", "a")]


def test_a_wait_counts_from_when_the_step_before_really_happened() -> None:
    journey = start("[{send: a, window: office}, {wait: 3d}, {send: b}]", "2026-03-06 18:00").until(
        "2026-04-01"
    )
    assert [when for when, _, _ in journey.done] == ["Mon 2026-03-09 09:00", "Thu 2026-03-12 09:00"]


def test_the_window_of_a_send_is_the_steps_or_the_campaigns_or_the_companys() -> None:
    steps = "[{send: a}, {send: b, window: any-time}, {send: c, window: afternoons}]"
    journey = start(f"{{sending: {{window: office}}, steps: {steps}}}", "2026-03-02 18:00").until(
        "2026-03-10"
    )
    assert [when for when, _, _ in journey.done] == [
        "Tue 2026-03-03 09:00",
        "Tue 2026-03-03 09:00",
        "Tue 2026-03-03 13:00",
    ]


def test_a_plain_wait_looks_ahead_at_the_one_effect_that_follows() -> None:
    journey = start("[{send: a}, {wait: 3d}, {send: b, window: office}]", "2026-03-04 20:00")
    journey.until("2026-03-05")
    assert (journey.last.effect, journey.last.position.step) == ("send_message", "b")
    assert local(journey.last.due) == "Mon 2026-03-09 09:00"
    assert local(journey.last.position.planned) == "Sat 2026-03-07 20:00"


@pytest.mark.parametrize(
    "after",
    ["{send: b, if: score >= 0}", "{choose: c, ways: [], otherwise: [next]}", "{do: x, tag: y}", "{end: x}"],
)
def test_it_does_not_look_ahead_past_a_condition_or_something_that_is_no_effect(after: str) -> None:
    journey = start(f"[{{send: a}}, {{wait: 3d}}, {after}]").until("2026-03-03")
    assert (journey.last.effect, journey.last.position.step) == ("check_engagement", "a+wait")


UNTIL = """
- send: a
- wait: up to 10d
  until: clicked("a")
  time_up: [{send: silent}]
- send: clicked
"""


def test_a_wait_goes_on_as_soon_as_it_holds() -> None:
    journey = start(UNTIL).happens("2026-03-07 11:00", "clicks a")
    assert journey.done[1:] == [("Sat 2026-03-07 11:00", "send_message", "clicked")]
    came = next(line for line in journey.lines if line.kind == "came")
    assert came.reason == 'clicked("a") holds'


def test_what_holds_already_does_not_wait() -> None:
    journey = start("[{wait: up to 10d, until: score > 5}, {send: a}]", score=9).until("2026-03-02 10:00")
    assert journey.done == [("Mon 2026-03-02 10:00", "send_message", "a")]


def test_in_time_or_not_the_arm_goes_on_below() -> None:
    journey = start(UNTIL).until("2026-04-01")
    assert journey.done[1:] == [
        ("Thu 2026-03-12 10:00", "send_message", "silent"),
        ("Thu 2026-03-12 10:00", "send_message", "clicked"),
    ]


def test_another_event_changes_nothing() -> None:
    journey = start(UNTIL).until("2026-03-03")
    before = journey.last
    journey.happens("2026-03-05", "page.viewed")
    assert (journey.last.position, journey.last.effect, journey.last.due) == (
        before.position,
        before.effect,
        before.due,
    )


def test_what_only_time_can_make_true_is_looked_at_daily() -> None:
    text = "[{wait: up to 10d, until: deal.renewal < now}, {send: a}]"
    journey = start(text, fields={"deal.renewal": at("2026-03-05 08:00")}).until("2026-04-01")
    assert journey.done == [("Thu 2026-03-05 10:00", "send_message", "a")]
    assert journey.looks < 8


def test_a_deadline_waits_for_a_verdict_that_is_pending() -> None:
    journey = start(UNTIL).until("2026-03-12 09:59")
    judged = at("2026-03-12 10:02")
    journey.facts = replace(journey.facts, pending={"email.clicked": judged, "page.viewed": at("2026-03-20")})
    journey.until("2026-03-12 10:00")
    assert (journey.last.effect, journey.last.due) == ("check_engagement", judged + timedelta(seconds=1))
    journey.note("clicks a", {})
    journey.until("2026-03-12 10:03")
    assert [step for _, _, step in journey.done] == ["a", "clicked"]


@pytest.mark.parametrize(
    ("wait", "end"),
    [
        ("to deal.renewal - 60d", "Sat 2026-08-01 12:00"),
        ("to deal.renewal", "Wed 2026-09-30 12:00"),
        ("to deal.renewal + 2 business days", "Fri 2026-10-02 12:00"),
        ("to deal.renewal - 60d, into: office", "Mon 2026-08-03 09:00"),
        ("to deal.renewal - 11 months", "Mon 2026-03-02 10:00"),  # past: at once
    ],
)
def test_to_a_date(wait: str, end: str) -> None:
    fields = {"deal.renewal": at("2026-09-30 12:00")}
    journey = start(f"[{{wait: {wait}}}, {{send: a}}]", fields=fields).until("2026-12-01")
    assert journey.done == [(end, "send_message", "a")]


def test_a_date_that_is_past_makes_the_step_late() -> None:
    journey = start("[{wait: to deal.renewal}, {send: a}]", fields={"deal.renewal": at("2026-02-01 12:00")})
    journey.look()
    assert journey.last.position.step == "a"
    assert local(journey.last.position.planned) == "Sun 2026-02-01 12:00"


def test_an_empty_date_parks_until_it_is_filled_in() -> None:
    journey = start("[{wait: to deal.renewal}, {send: a}]").until("2026-03-03")
    assert "waits for deal.renewal, which is empty" in str(journey.last.parked)
    journey.facts = replace(journey.facts, fields={"deal.renewal": at("2026-03-04 12:00")})
    journey.take(journey.walk())
    assert journey.until("2026-03-05").done == [("Wed 2026-03-04 12:00", "send_message", "a")]


def test_after_an_outage_a_wait_counts_from_when_the_step_before_happened() -> None:
    journey = start("[{send: a}, {wait: 3d}, {do: x, tag: y}, {wait: 3d}, {send: b}]").until("2026-03-03")
    journey.facts = replace(journey.facts, now=at("2026-03-06 10:00"))
    journey.look()
    assert local(journey.last.due) == "Mon 2026-03-09 10:00"
