"""Where a journey of one version stands in another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurture.domain.campaign import load_campaign
from nurture.domain.moving import Moving, Placed, Standing, where
from tests.domain.driving import CONDITIONS, DICTIONARY, Journey, at, local, start
from tests.domain.test_walk_properties import EVENTS, FIELDS, Doc, campaigns, lived

STEPS = """
- send: first
- wait: 5d
- send: second
- wait: up to 10d
  until: clicked("second")
  time_up:
    - send: reminder
- wait: 7d
- send: third
  if: score > 5
- handoff: sales
  rejected:
    - wait: 30d
    - send: fourth
"""
BEGAN = "2026-03-02 10:00"
"""A Monday, by Berlin's clock."""


def standing(journey: Journey) -> Standing:
    return Standing(journey.last.position, journey.last.effect, journey.last.due)


def moving(journey: Journey, edit: Callable[[Any], object], **how: Any) -> Moving:
    document = deepcopy(dict(journey.campaign.document))
    edit(document)
    return Moving(journey.campaign, load_campaign(document), DICTIONARY, CONDITIONS, **how)


def moved(journey: Journey, edit: Callable[[Any], object], **how: Any) -> Placed:
    return moving(journey, edit, **how).place(standing(journey), journey.facts)


def on(journey: Journey, to: Moving, placed: Placed) -> Journey:
    """The journey goes on in the new version, as the engine would let it."""
    goes = replace_campaign(journey, to)
    goes.last = replace(
        journey.last,
        position=placed.standing.position,
        effect=placed.standing.effect,
        due=placed.standing.due,
    )
    return goes


def replace_campaign(journey: Journey, to: Moving) -> Journey:
    goes = object.__new__(type(journey))
    vars(goes).update({**vars(journey), "campaign": to.new, "done": [], "lines": []})
    return goes


def waits(length: str, index: int = 1) -> Callable[[Any], object]:
    return lambda doc: doc["steps"][index].update(wait=length)


AFTER_A_DAY: Mapping[str, tuple[Callable[[Any], object], tuple[str, str, str]]] = {
    "nothing": (lambda doc: doc, ("same", "second", "Sat 2026-03-07 10:00")),
    "longer": (waits("9d"), ("later", "second", "Wed 2026-03-11 10:00")),
    "shorter": (waits("2d"), ("sooner", "second", "Wed 2026-03-04 10:00")),
    "shorter than it has waited": (waits("4h"), ("at once", "first+wait", "Tue 2026-03-03 10:00")),
    "the wait is gone": (
        lambda doc: doc["steps"].pop(1),
        ("next step", "second", "Tue 2026-03-03 10:00"),
    ),
    "the wait and the next step are gone": (
        lambda doc: doc["steps"].__delitem__(slice(1, 3)),
        ("next step", "first+wait", "Tue 2026-03-03 10:00"),  # the wait below, that has its name now
    ),
    "a shorter wait and a message before it": (
        lambda doc: doc["steps"].__setitem__(slice(1, 1), [{"wait": "4h"}, {"send": "more"}]),
        ("same", "second", "Sat 2026-03-07 10:00"),
    ),
    "the message after it is gone": (
        lambda doc: doc["steps"].pop(2),
        ("same", "first+wait", "Sat 2026-03-07 10:00"),
    ),
    "a step between": (
        lambda doc: doc["steps"].insert(2, {"do": "mark", "tag": "new"}),
        ("same", "first+wait", "Sat 2026-03-07 10:00"),
    ),
    "a step before the wait": (
        lambda doc: doc["steps"].insert(1, {"do": "mark", "tag": "new"}),
        ("same", "second", "Sat 2026-03-07 10:00"),
    ),
    "a guard after it": (
        lambda doc: doc["steps"][2].update({"if": ["score > 1"]}),
        ("same", "first+wait", "Sat 2026-03-07 10:00"),
    ),
    "a window": (
        lambda doc: doc["steps"][2].update(window="office"),
        ("later", "second", "Mon 2026-03-09 09:00"),
    ),
    "until something happens": (
        lambda doc: doc["steps"].__setitem__(1, {"wait": "up to 5d", "until": 'happened("demo-booked")'}),
        ("same", "first+wait", "Tue 2026-03-03 10:00"),  # asked at once
    ),
    "another name": (
        lambda doc: (doc["steps"][0].update(send="hello"), doc.update(moved={"first": "hello"})),
        ("same", "second", "Sat 2026-03-07 10:00"),
    ),
    "a later step": (waits("2d", 3), ("same", "second", "Sat 2026-03-07 10:00")),
}  # fmt: skip


@pytest.mark.parametrize("case", AFTER_A_DAY)
def test_asleep_before_a_message(case: str) -> None:
    edit, expected = AFTER_A_DAY[case]
    journey = start(STEPS, BEGAN).until("2026-03-03 10:00")
    assert (journey.last.position.step, where(standing(journey), journey.facts.now)) == (
        "second",
        "first+wait",
    )
    placed = moved(journey, edit)
    stands = placed.standing
    assert (placed.fate, stands.position.step, local(stands.due)) == expected


def test_every_visit_is_counted_once() -> None:
    """A visit that had not begun is taken back, or the message would have another key."""
    journey = start(STEPS, BEGAN).until("2026-03-03 10:00")
    to = moving(journey, waits("9d"))
    placed = to.place(standing(journey), journey.facts)
    assert placed.standing.position.visits == {"first": 1, "first+wait": 1, "second": 1}
    again = Moving(to.new, journey.campaign, DICTIONARY, CONDITIONS).place(placed.standing, journey.facts)
    assert (again.standing, again.fate) == (standing(journey), "sooner")


def test_a_wait_that_an_event_ends() -> None:
    journey = start(STEPS, BEGAN).until("2026-03-09 10:00")
    assert journey.last.position.step == "second+wait"
    found = {
        words: moved(journey, waits(words, 3)) for words in ("up to 12d", "up to 3d", "up to 1d", "up to 10d")
    }
    assert {words: (placed.fate, local(placed.standing.due)) for words, placed in found.items()} == {
        "up to 12d": ("later", "Thu 2026-03-19 10:00"),
        "up to 3d": ("sooner", "Tue 2026-03-10 10:00"),
        "up to 1d": ("at once", "Mon 2026-03-09 10:00"),
        "up to 10d": ("same", "Tue 2026-03-17 10:00"),
    }
    placed = moved(journey, lambda doc: doc["steps"][3].update(until='opened("second")'))
    assert (placed.fate, placed.asks) == ("same", True)
    plain = moved(journey, lambda doc: doc["steps"].__setitem__(3, {"wait": "10d"}))
    assert (plain.fate, plain.standing.effect) == ("same", "check_engagement")


def test_an_open_task_keeps_its_deadlines_and_its_place() -> None:
    journey = start(STEPS, BEGAN, score=9).until("2026-03-25 10:00")
    assert journey.last.position.step == "sales"
    same = moved(journey, lambda doc: doc["steps"][-1].update(rejected=[{"end": "no"}]))
    assert same.standing == standing(journey)
    gone = moved(journey, lambda doc: doc["steps"].pop())
    assert (gone.fate, gone.reason) == ("nowhere", "sales has an open task")
    renamed = moved(
        journey, lambda doc: (doc["steps"][-1].update(name="talk"), doc.update(moved={"sales": "talk"}))
    )
    position = renamed.standing.position
    assert (position.step, position.marks, position.visit) == ("talk", journey.last.position.marks, 1)


def test_what_is_held_by_a_cap_stays_held() -> None:
    journey = start(STEPS, BEGAN).until("2026-03-07 09:00")
    held = Standing(journey.last.position, "send_message", at("2026-03-08 10:00"), "cap")
    facts = replace(journey.facts, now=at("2026-03-07 12:00"))
    to = moving(journey, lambda doc: doc["steps"][2].update(window="office"))
    assert to.place(held, facts).standing == held
    shut = to.place(replace(held, hold="window"), facts)
    assert (shut.fate, local(shut.standing.due)) == ("later", "Mon 2026-03-09 09:00")


def test_at_the_next_step_the_wait_keeps_its_end() -> None:
    journey = start(STEPS, BEGAN).until("2026-03-03 10:00")
    kept = moved(journey, waits("4h"), keeps_waits=True)
    assert (kept.fate, local(kept.standing.due)) == ("same", "Sat 2026-03-07 10:00")
    gone = moved(journey, lambda doc: doc["steps"].pop(1), keeps_waits=True)
    assert (gone.fate, gone.standing) == ("nowhere", standing(journey))


def test_who_is_overdue_goes_when_it_is_her_turn() -> None:
    """Lateness counts from the move: it was not late before."""
    journey = start(STEPS, BEGAN).until("2026-03-06 10:00")
    to = moving(journey, waits("4h"))
    turn = journey.facts.now + timedelta(minutes=3)
    placed = to.place(standing(journey), journey.facts, turn)
    assert (placed.fate, placed.standing.due, placed.standing.position.until) == ("at once", turn, turn)
    goes = on(journey, to, placed).until("2026-03-06 11:00")
    assert goes.done == [("Fri 2026-03-06 10:03", "send_message", "second")]
    assert goes.last.position.since == goes.facts.sends["second"].at


@given(campaigns(), EVENTS, FIELDS)
def test_a_move_to_the_same_version_changes_nothing(
    document: Doc, events: list[tuple[int, str]], fields: dict[str, Any]
) -> None:
    journey = lived(document, events, fields)
    if journey.over:
        return
    same = Moving(journey.campaign, load_campaign(deepcopy(document)), DICTIONARY, CONDITIONS)
    assert same.place(standing(journey), journey.facts) == Placed("same", standing(journey))


@given(campaigns(), campaigns(), EVENTS, FIELDS, st.booleans(), st.integers(0, 30 * 24))
def test_from_any_version_to_any_other(
    document: Doc, other: Doc, events: list[tuple[int, str]], fields: dict[str, Any], keeps: bool, hours: int
) -> None:
    """Whoever has a place goes on from there, to an end or to something that is waited for."""
    journey = lived(document, events, fields)
    journey.facts = replace(journey.facts, now=journey.facts.now + timedelta(hours=hours % 24))
    if journey.over or journey.last.due <= journey.facts.now:
        return
    to = Moving(journey.campaign, load_campaign(other), DICTIONARY, CONDITIONS, keeps)
    was = standing(journey)
    placed = to.place(was, journey.facts)
    assert placed == to.place(was, journey.facts)
    if placed.fate == "nowhere":
        assert placed.standing == was
        return
    stands = placed.standing
    assert stands.position.step in to.new.steps
    assert stands.due >= journey.facts.now
    assert stands.due == journey.facts.now or placed.fate not in ("at once", "next step")
    assert not keeps or not journey.last.position.waiting or placed.fate != "at once"
    goes = on(journey, to, placed).until(journey.facts.now + timedelta(days=400))
    assert goes.over or goes.last.due > goes.facts.now
    assert "is not in this version" not in str(goes.last.parked)


@given(campaigns(), EVENTS, FIELDS, st.sampled_from(["1h", "2d", "40d", "6 months"]))
def test_there_and_back(
    document: Doc, events: list[tuple[int, str]], fields: dict[str, Any], length: str
) -> None:
    """Waits that are changed and changed back end when they would have, for those who were not overdue."""
    journey = lived(document, events, fields)
    if journey.over or journey.last.due <= journey.facts.now:
        return
    other = deepcopy(document)
    for step in other["steps"]:
        if str(step.get("wait", "")).startswith("up to"):
            step["wait"] = f"up to {length}"
        elif "wait" in step and not str(step["wait"]).startswith(("to", "into")):
            step["wait"] = length
    to = Moving(journey.campaign, load_campaign(other), DICTIONARY, CONDITIONS)
    back = Moving(to.new, to.old, DICTIONARY, CONDITIONS)
    placed = to.place(standing(journey), journey.facts)
    if placed.fate in ("later", "sooner"):
        again = back.place(placed.standing, journey.facts)
        assert end(again.standing) == end(standing(journey))
        assert again.standing.position == journey.last.position


def end(stands: Standing) -> datetime:
    return stands.position.until or stands.position.planned
