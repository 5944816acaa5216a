"""What a scoring policy can say beyond points that fade: coming back, groups, silence, letters, levels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nurture.conditions import Conditions
from nurture.domain.dictionary import Dictionary, load_dictionary
from nurture.domain.scoring import (
    LETTERS,
    MOST_ENTRIES,
    Entry,
    Score,
    account_score,
    cell,
    explain,
    grade,
    level,
    load_scoring,
    points_for,
    scores,
    total,
)
from nurture.domain.scoring.check import check_scoring

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DICTIONARY = Dictionary(fields={"lead.employees": "number", "lead.title": "text", "lead.customer": "yes/no"})
DOC: dict[str, Any] = {
    "half_life": "30d",
    "rules": {
        "visit": {
            "on": "page.viewed",
            "points": 4,
            "times": {"path": {"/prices*": 2, "/prices/big*": 3}, "language": {"de": 0.5}},
            "again": {"times": 3, "within": "7d", "points": 10},
            "group": "web",
        },
        "asset": {"on": "asset.downloaded", "points": 10, "cap": 30, "group": "web"},
        "demo": {"on": "demo.booked", "points": 40, "if": "!lead.customer"},
        "away": {"on": "page.left", "points": -8, "group": "web"},
    },
    "fit": {
        "big": {"field": "lead.employees", "at_least": 200, "points": 20},
        "head": {"if": ['lead.title.contains("Head")', "lead.employees >= 50"], "points": 10},
    },
    "groups": {"web": 50},
    "inactivity": {"after": "60d", "half_life": "10d"},
    "levels": {"hot": 60, "warm": 30, "back": 5},
    "grades": {"A": 25, "B": 15, "C": 5},
    "matrix": {
        "bands": [45, 25, 10],
        "cells": {
            "hand off": ["A1", "A2", "B1"],
            "nurture on": ["A3", "B2", "B3", "C1"],
            "educate": ["A4", "B4", "C2", "C3", "C4"],
            "disqualify": ["D1", "D2", "D3", "D4"],
        },
    },
    "scores": {"product": {"rules": ["demo"], "fit": ["big"]}},
    "accounts": {"best": 2},
}
POLICY = load_scoring(DOC, Conditions(DICTIONARY))


def visits(*days: float) -> list[Entry]:
    return [Entry("visit", 4, NOW - timedelta(days=days)) for days in days]


def test_the_policy_of_these_tests_is_right() -> None:
    assert check_scoring(DOC, DICTIONARY) == []


@pytest.mark.parametrize(
    ("data", "points"),
    [
        ({}, 4),
        ({"path": "/prices"}, 8),
        ({"path": "/prices/big"}, 12),
        ({"path": "/blog", "language": "de"}, 2),
        ({"path": "/prices", "language": "de"}, 8),
    ],
)
def test_a_page_can_count_more(data: dict[str, object], points: float) -> None:
    assert points_for("page.viewed", data, POLICY, {}) == [("visit", points)]


def test_who_comes_back_three_times_a_week_gets_a_bonus_once() -> None:
    fresh = load_scoring({"rules": {"visit": DOC["rules"]["visit"] | {"half_life": "9999d", "group": None}}})
    assert total(visits(0, 1), fresh, NOW).total == 8
    assert total(visits(0, 1, 2), fresh, NOW).total == 22
    assert total(visits(0, 1, 2, 3, 4), fresh, NOW).total == 30
    assert total(visits(0, 1, 2, 3, 4, 5), fresh, NOW).total == 44
    assert total(visits(0, 4, 8, 12), fresh, NOW).total == 16


def test_a_group_bounds_what_its_rules_give_and_hides_nothing_that_is_taken() -> None:
    much = [Entry("visit", 4, NOW)] * 20 + [Entry("asset", 10, NOW)] * 5
    assert total(much, POLICY, NOW).total == 50
    assert total([*much, Entry("away", -8, NOW)], POLICY, NOW).total == 42


def test_silence_halves_all_she_did() -> None:
    entries = [Entry("asset", 30, NOW - 70 * DAY)]
    faded = 30 * 2 ** -(70 / 30)
    assert total(entries, POLICY, NOW).total == round(faded / 2)
    assert total([*entries, Entry("away", -8, NOW)], POLICY, NOW).total == round(faded - 8)
    assert total([*entries, Entry("asset", 1, NOW)], POLICY, NOW).total == round(faded + 1)
    assert [line.why for line in explain(entries, {}, POLICY, NOW)][-1] == (
        "nothing heard for 70 days: halves every 10 days"
    )


def test_a_rule_counts_only_for_those_whom_its_condition_fits() -> None:
    demo = [Entry("demo", 40, NOW)]
    assert total(demo, POLICY, NOW, {"lead.customer": False, "lead.employees": 3}).engagement == 40
    assert total(demo, POLICY, NOW, {"lead.customer": True}).engagement == 0
    assert total([], POLICY, NOW, {"lead.title": "Head of it", "lead.employees": 60}).fit == 10
    assert total([], POLICY, NOW, {"lead.title": "Head of it"}).fit == 0


def test_a_further_score_counts_its_own_rules_only() -> None:
    entries = [Entry("demo", 40, NOW), Entry("asset", 10, NOW), Entry("step thanks", 7, NOW)]
    fields: dict[str, Any] = {"lead.employees": 300, "lead.title": "Head"}
    assert scores(entries, POLICY, NOW, fields) == {"product": 60}
    assert total(entries, POLICY, NOW, fields).total == 87


@pytest.mark.parametrize(
    ("fit", "engagement", "where", "means"),
    [
        (25, 45, "A1", "hand off"),
        (24, 44, "B2", "nurture on"),
        (5, 10, "C3", "educate"),
        (0, 9, "D4", "disqualify"),
    ],
)
def test_grade_and_engagement_meet_in_a_cell(fit: int, engagement: int, where: str, means: str) -> None:
    assert cell(Score(engagement, fit), POLICY) == (where, means)
    assert grade(fit, load_scoring({})) == ""


def test_a_level_does_not_flicker() -> None:
    way, before = [], "cold"
    for score in (29, 30, 28, 26, 24, 30, 60, 57, 61, 54, 59, 10):
        before = level(score, POLICY, before)
        way.append(before)
    assert way == [
        "cold",
        "warm",
        "warm",
        "warm",
        "cold",
        "warm",
        "hot",
        "hot",
        "hot",
        "warm",
        "warm",
        "cold",
    ]


def test_a_company_is_as_warm_as_its_warmest_people() -> None:
    assert account_score([5, 40, 30], POLICY) == 70
    assert account_score([5, 40, 30], load_scoring({})) == 75


def test_a_fast_starter_stands_above_a_slow_regular() -> None:
    fast = [Entry("asset", 5, NOW - hours * timedelta(hours=20)) for hours in range(5)]
    slow = [Entry("asset", 5, NOW - 18 * days * DAY) for days in range(10)]
    assert total(fast, POLICY, NOW).total > total(slow, POLICY, NOW).total


def test_a_flood_of_events_counts_its_latest_ones_wherever_they_stand() -> None:
    flood = [Entry("visit", 4, NOW - timedelta(minutes=at)) for at in range(MOST_ENTRIES + 500)]
    for policy in (POLICY, load_scoring({"half_life": "10d"})):
        latest = total(flood[:MOST_ENTRIES], policy, NOW)
        assert total(flood, policy, NOW) == total(flood[::-1], policy, NOW) == latest


ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from(["visit", "asset", "demo", "away", "step x", "gone"]),
        st.sampled_from([-8.0, 4.0, 8.0, 10.0, 40.0]),
        st.integers(0, 4000).map(lambda hours: NOW - timedelta(hours=hours)),
    ),
    max_size=40,
)
FIELDS = st.fixed_dictionaries({"lead.customer": st.booleans(), "lead.employees": st.integers(0, 300)})


@given(ENTRIES, FIELDS, st.randoms(use_true_random=False))
def test_nothing_depends_on_the_order_of_arrival(entries: list[Entry], fields: Any, random: Any) -> None:
    before = total(entries, POLICY, NOW, fields), scores(entries, POLICY, NOW, fields)
    random.shuffle(entries)
    assert (total(entries, POLICY, NOW, fields), scores(entries, POLICY, NOW, fields)) == before


@given(ENTRIES, FIELDS)
def test_what_is_told_adds_up_and_the_caps_hold(entries: list[Entry], fields: Any) -> None:
    score = total(entries, POLICY, NOW, fields)
    lines = explain(entries, fields, POLICY, NOW)
    assert abs(sum(line.now for line in lines) - score.total) <= 0.5 + 1e-6
    web = sum(line.now for line in lines if line.rule in ("visit", "asset", "web"))
    assert web <= 50 + 1e-6
    assert sum(line.now for line in lines if line.rule == "asset") <= 30 + 1e-6


@given(st.integers(0, 400), st.integers(1, 100))
def test_points_fade_as_the_closed_form_says(age: int, points: int) -> None:
    policy = load_scoring({"half_life": "7d", "rules": {"a": {"on": "x.y", "points": 1, "half_life": "14d"}}})
    now = total([Entry("a", points, NOW - age * DAY)], policy, NOW).total
    assert abs(now - points * 0.5 ** (age / 14)) <= 0.5 + 1e-9


@given(st.integers(-20, 120), st.sampled_from(["hot", "warm", "cold"]))
def test_a_level_holds_until_something_changes(score: int, before: str) -> None:
    once = level(score, POLICY, before)
    assert level(score, POLICY, once) == once


@given(st.integers(-50, 50))
def test_more_fit_is_never_a_worse_grade(fit: int) -> None:
    assert LETTERS.index(grade(fit + 1, POLICY)) <= LETTERS.index(grade(fit, POLICY))


def test_the_policy_in_the_docs_is_right(checkout: Path) -> None:
    yaml = YAML(typ="safe", pure=True)
    text = (checkout / "docs" / "scoring.md").read_text(encoding="utf-8")
    doc = yaml.load(text.split("```yaml\n")[1].split("```")[0])
    dictionary = load_dictionary(yaml.load(checkout / "policies" / "dictionary.yaml"))
    assert check_scoring(doc, dictionary) == []


def test_one_event_under_two_names_is_one() -> None:
    words = load_dictionary({"happenings": {"prices": {"event": "page.viewed", "path": "/prices*"}}})
    plain = {"on": "page.viewed", "match": {"path": "/prices*"}, "points": -5}
    doc = {"rules": {"one": {"on": "prices", "points": 5}, "two": plain}}
    assert [(found.path, found.text) for found in check_scoring(doc, words)] == [
        (("rules", "two"), "two counts beside one and takes what it gives")
    ]
    doc["rules"]["two"] = plain | {"match": {"path": "/careers*"}}
    assert check_scoring(doc, words) == []
