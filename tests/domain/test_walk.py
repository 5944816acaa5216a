"""The walk: verbs, arms, sections, loops, leaves, goals and rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from nurture.domain.conditions import Answer, Condition
from nurture.domain.effects import Result
from nurture.domain.facts import Facts, HandoffFact
from nurture.domain.position import Position
from tests.domain.driving import BERLIN, at, campaign_of, local, start

PRICES = {"path": "/prices/big"}


def test_from_the_first_mail_to_the_end() -> None:
    journey = start("[{send: a}, {wait: 3d}, {send: b}, {end: silent}]").until("2026-04-01")
    assert journey.done == [
        ("Mon 2026-03-02 10:00", "send_message", "a"),
        ("Thu 2026-03-05 10:00", "send_message", "b"),
    ]
    assert journey.last.outcome == "silent"
    assert journey.last.effect == "ended"


def test_after_the_last_line_a_journey_has_finished() -> None:
    assert start("[{send: a}]").until("2026-03-03").last.outcome == "finished"


def test_a_first_step_with_a_condition_is_looked_at_before_it_is_promised() -> None:
    journey = start("[{send: a, if: score > 5}, {send: b}]")
    assert journey.last.effect == "check_engagement"
    assert [step for _, _, step in journey.until("2026-03-03").done] == ["b"]


@pytest.mark.parametrize(
    ("key", "score", "sent"),
    [
        ("if: score > 5", 9, ["a", "b"]),
        ("if: score > 5", 1, ["b"]),
        ("unless: score > 5", 9, ["b"]),
        ("unless: score > 5", 1, ["a", "b"]),
        ("if: [score > 5, score > 10]", 9, ["b"]),
        ("unless: [score > 5, score > 10]", 9, ["b"]),
        ('if: lead.industry == "software"', 9, ["b"]),
        ('unless: lead.industry == "software"', 9, ["a", "b"]),
    ],
)
def test_if_needs_every_line_and_unless_one(key: str, score: int, sent: list[str]) -> None:
    journey = start(f"[{{send: a, {key}}}, {{send: b}}]", score=score).until("2026-03-03")
    assert [step for _, _, step in journey.done] == sent
    skipped = [line for line in journey.lines if line.kind == "skipped"]
    assert len(skipped) == 2 - len(sent)
    assert all(line.reason for line in skipped)


@pytest.mark.parametrize(
    ("employees", "chosen"), [(500, ["big", "z"]), (50, ["middle", "z"]), (5, ["z"]), (None, ["z"])]
)
def test_the_first_way_that_matches_is_taken_and_the_ways_meet_again(
    employees: int | None, chosen: list[str]
) -> None:
    fields = {"lead.employees": employees} if employees else {}
    journey = start(
        """
        - choose: by-size
          ways:
            - way: large
              when: lead.employees >= 200
              then: [{send: big}]
            - way: mid
              when: lead.employees >= 20
              then: [{send: middle}]
          otherwise: [next]
        - send: z
        """,
        fields=fields,
    ).until("2026-03-03")
    assert [step for _, _, step in journey.done] == chosen
    assert ("chose", "by-size") in journey.kinds()


def test_what_a_do_changes_is_seen_by_the_next_step_and_passed_to_the_crm() -> None:
    journey = start(
        """
        - do: mark
          tag: hot
          set: {lead.industry: media}
          score: 30
        - send: a
          if: [tagged("hot"), lead.industry == "media", score >= 30]
        - do: quiet
          tag: cold
        - send: b
        """
    ).until("2026-03-03")
    assert [(effect, step) for _, effect, step in journey.done] == [
        ("update_crm", "mark"),
        ("send_message", "a"),
        ("send_message", "b"),
    ]
    assert journey.facts.tags == {"hot", "cold"}
    assert journey.facts.score == 30


SALES = """
steps:
  - handoff: sales
    why: Because
    rejected: [{wait: 60d}, {send: again}]
    {time_up}
  - send: below
"""


@pytest.mark.parametrize(
    ("answer", "arm", "outcome", "sent"),
    [
        ("accepted", "", "accepted", []),
        ("qualified", "", "accepted", []),
        ("rejected", "", "finished", ["again", "below"]),
        (None, "", "finished", ["below"]),
        (None, "time_up: [{send: sorry}]", "finished", ["sorry", "below"]),
    ],
)
def test_a_handoff_goes_on_with_the_answer(
    answer: str | None, arm: str, outcome: str, sent: list[str]
) -> None:
    journey = start(SALES.replace("{time_up}", arm))
    journey.until("2026-03-02 12:00")
    if answer:
        journey.happens("2026-03-02 12:00", f"sales {answer}")
    journey.until("2026-06-01")
    assert journey.last.outcome == outcome
    assert [step for _, effect, step in journey.done if effect == "send_message"] == sent


def test_a_handoff_reminds_and_escalates_until_its_time_is_up() -> None:
    journey = start(SALES.replace("{time_up}", "")).until("2026-03-10")
    assert journey.done[:3] == [
        ("Mon 2026-03-02 10:00", "hand_off", "sales"),
        ("Mon 2026-03-02 14:00", "notify", "sales"),
        ("Mon 2026-03-02 18:00", "hand_off", "sales"),
    ]
    assert ("time_up", "sales") in journey.kinds()
    assert journey.done[3] == ("Thu 2026-03-05 10:00", "send_message", "below")


def test_an_answer_that_comes_while_the_task_is_being_made_counts() -> None:
    journey = start(SALES.replace("{time_up}", ""))
    now = journey.facts.now
    journey.facts = replace(journey.facts, handoffs={("sales", 1): HandoffFact("rejected", "not-now", now)})
    marks = [[(now + timedelta(days=1)).isoformat(), "time_up"]]
    journey.take(journey.walk(Result("handed", now, detail={"marks": marks})))
    assert journey.kinds() == [("handed", "sales"), ("rejected", "sales"), ("waits", "sales.rejected+wait")]


def test_a_task_that_could_not_be_made_goes_on_below() -> None:
    journey = start(SALES.replace("{time_up}", ""))
    journey.take(journey.walk(Result("skipped", journey.facts.now, "a task is open already")))
    assert journey.last.position.step == "below"


LOOP = """
steps:
  - go: round
sections:
  round:
    - wait: 10d
    - send: digest
    - go: round
      at_most: 2 times
    - end: silent
"""


def test_a_loop_ends_after_its_times_and_counts_the_visits() -> None:
    journey = start(LOOP).until("2026-06-01")
    assert [when for when, _, _ in journey.done] == [
        "Thu 2026-03-12 10:00",
        "Sun 2026-03-22 10:00",
        "Wed 2026-04-01 10:00",
    ]
    assert journey.last.outcome == "silent"
    assert journey.last.position.visits["digest"] == 3
    assert ("went_on", "digest+go") in journey.kinds()


def test_a_loop_without_a_wait_parks_instead_of_running_forever() -> None:
    journey = start("{steps: [{go: x}], sections: {x: [{go: x}]}}").until("2026-03-02 10:00")
    assert "put a wait into the loop" in str(journey.last.parked)


@pytest.mark.parametrize(
    "text",
    [
        "[{send: a, if: lead.gone > 1}]",
        "[{send: a, unless: lead.gone > 1}]",
        "[{wait: up to 3d, until: lead.gone > 1}]",
        "[{choose: c, ways: [{way: w, when: lead.gone > 1, then: [{send: a}]}], otherwise: [next]}]",
        "{leave: {x: lead.gone > 1}, steps: [{send: a}]}",
        "{rules: [{rule: r, when: lead.gone > 1, then: [{end: x}]}], steps: [{send: a}]}",
        "{rules: [{rule: r, when: 1 > 0, then: [{end: x, if: lead.gone > 1}]}], steps: [{send: a}]}",
    ],
)
def test_a_condition_that_fails_parks_the_journey_and_never_counts_as_a_no(text: str) -> None:
    journey = start(text).until("2026-03-10")
    assert "there is no field lead.gone" in str(journey.last.parked)
    assert journey.done == []
    assert journey.last.outcome is None


def test_a_parked_journey_goes_on_from_there_when_the_field_is_mended() -> None:
    journey = start("[{send: a}, {wait: 1d}, {send: b, if: lead.employees > 5}, {send: c}]")
    journey.facts = replace(journey.facts, fields={"lead.employees": "many"})
    journey.until("2026-03-20")
    assert "is not a number" in str(journey.last.parked)
    journey.facts = replace(journey.facts, fields={"lead.employees": 50})
    journey.take(journey.walk())
    assert [step for _, _, step in journey.until("2026-03-20").done] == ["a", "b", "c"]


def test_a_step_that_a_newer_version_lacks_parks() -> None:
    journey = start("[{send: a}, {wait: 3d}, {send: b}]").until("2026-03-03")
    journey.campaign = campaign_of("[{send: a}, {wait: 3d}, {send: other}]")
    assert "step b is not in this version" in str(journey.until("2026-03-20").last.parked)


class Never:
    """Asks that hold nothing: what the walk needs of conditions is only this."""

    def ask(self, condition: Condition, facts: Facts) -> Answer:
        return Answer(False, "never")

    def reads(self, condition: Condition) -> frozenset[str]:
        return frozenset()


def test_the_walk_needs_only_answers() -> None:
    journey = start("[{send: a, if: score > 1}, {wait: up to 3d, until: score > 1}, {end: silent}]", score=9)
    journey.asks = Never()
    assert journey.until("2026-04-01").last.outcome == "silent"
    assert [line.reason for line in journey.lines] == ["never", "never"]


def test_a_position_is_small_and_comes_back_from_json() -> None:
    position = Position("a", False, at("2026-03-02"), at("2026-03-02"))
    assert set(position.to_json()) == {"step", "since", "planned"}
    late = start("[{handoff: sales}]").until("2026-03-02 15:00").last.position
    assert [mark.what for mark in late.marks] == ["escalate", "time_up"]
    assert (late.nth, late.visit, late.waiting) == (2, 1, True)


def test_lateness_counts_from_when_the_file_wanted_the_step() -> None:
    journey = start("[{send: a}, {wait: 3d}, {send: b, if: score > 5}]", score=9)
    journey.until("2026-03-02 10:00")
    journey.facts = replace(journey.facts, now=at("2026-03-20 10:00"))  # an outage
    journey.look()
    assert journey.last.position.step == "b"
    assert local(journey.last.position.planned) == "Thu 2026-03-05 10:00"
    assert journey.last.due - journey.facts.now == timedelta()
    assert journey.facts.zone is BERLIN
