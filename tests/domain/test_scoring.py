"""The score: what counts, how it fades, what it can be explained by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import fsum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nurture.domain.dictionary import Dictionary, Happening, load_dictionary
from nurture.domain.scoring import (
    Entry,
    Score,
    ScoringPolicy,
    crossed,
    explain,
    faded,
    fit,
    load_scoring,
    points_for,
    rounded,
    total,
)
from nurture.domain.scoring.check import check_scoring

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DICTIONARY = Dictionary(
    fields={"lead.employees": "number", "lead.title": "text", "lead.customer": "yes/no", "lead.born": "date"},
    happenings={
        "prices": Happening("prices", "page.viewed", {"path": "/prices*"}),
        "seen": Happening("seen", "email.opened"),
    },
)
POLICY = load_scoring(
    {
        "half_life": "30d",
        "rules": {
            "clicked": {"on": "email.clicked", "points": 5, "cap": 20},
            "guide": {"on": "email.clicked", "match": {"link": "*/guide*"}, "points": 3},
            "prices": {"on": "prices", "points": 10, "half_life": "2w"},
            "careers": {"on": "page.viewed", "match": {"path": "/careers*"}, "points": -10, "cap": 20},
            "opened": {"on": "email.opened", "points": 50},
        },
        "fit": {
            "big": {"field": "lead.employees", "at_least": 200, "points": 20},
            "small": {"field": "lead.employees", "at_most": 10, "points": -10},
            "head": {"field": "lead.title", "like": "*head of*", "points": 10},
            "titled": {"field": "lead.title", "known": True, "points": 1},
            "owner": {"field": "lead.title", "in": ["Owner", "Founder"], "points": 15},
            "customer": {"field": "lead.customer", "is": True, "points": -50},
        },
        "thresholds": {"lead": 10, "MQL": 60},
    }
)


@pytest.mark.parametrize(
    ("event", "data", "expected"),
    [
        ("email.clicked", {"link": "https://x.example/"}, [("clicked", 5)]),
        ("email.clicked", {"link": "https://x.example/guide.pdf"}, [("clicked", 5), ("guide", 3)]),
        ("page.viewed", {"path": "/prices/big"}, [("prices", 10)]),
        ("page.viewed", {"path": "/careers"}, [("careers", -10)]),
        ("page.viewed", {}, []),
        ("email.opened", {}, []),
        ("prices", {"path": "/prices"}, []),
    ],
)
def test_what_an_event_is_worth(event: str, data: dict[str, object], expected: list[tuple[str, int]]) -> None:
    assert points_for(event, data, POLICY, DICTIONARY.happenings) == expected


@pytest.mark.parametrize(("days", "points"), [(0, 10), (7, 7), (14, 5), (28, 3), (140, 0)])
def test_points_halve(days: int, points: int) -> None:
    entries = [Entry("prices", 10, NOW - days * DAY)]
    assert total(entries, POLICY, NOW) == Score(points, 0)


def test_an_event_of_a_fast_clock_counts_as_of_now() -> None:
    assert faded(10, timedelta(minutes=-5), timedelta(minutes=5)) == 10
    assert total([Entry("prices", 10, NOW + timedelta(minutes=5))], POLICY, NOW).total == 10


def test_a_rule_counts_no_more_than_its_cap_and_fades_from_its_points() -> None:
    clicks = [Entry("clicked", 5, NOW)] * 8
    assert total(clicks, POLICY, NOW).total == 20
    assert total(clicks, POLICY, NOW + 30 * DAY).total == 20
    assert total(clicks, POLICY, NOW + 60 * DAY).total == 10
    assert total([Entry("careers", -10, NOW)] * 5, POLICY, NOW).total == -20


def test_all_rules_together_count_no_more_than_the_cap_of_engagement() -> None:
    policy = ScoringPolicy(rules=POLICY.rules, fit=POLICY.fit, caps={"engagement": 25, "fit": 15})
    entries = [Entry("prices", 10, NOW)] * 5 + [Entry("careers", -10, NOW)]
    assert total(entries, policy, NOW, {"lead.employees": 500}) == Score(25, 15)


@pytest.mark.parametrize(
    ("fields", "points"),
    [
        ({}, 0),
        ({"lead.employees": 200}, 20),
        ({"lead.employees": 199.5}, 0),
        ({"lead.employees": 3}, -10),
        ({"lead.employees": "many"}, 0),
        ({"lead.title": "HEAD OF Sales"}, 11),
        ({"lead.title": "owner"}, 16),
        ({"lead.customer": True, "lead.employees": 500}, -30),
        ({"lead.customer": False}, 0),
    ],
)
def test_who_the_lead_is(fields: dict[str, str | float | bool], points: int) -> None:
    assert fit(fields, POLICY) == points


@pytest.mark.parametrize(
    ("before", "after", "stage"),
    [(0, 9, None), (0, 10, "lead"), (9, 60, "MQL"), (60, 70, None), (59, 60, "MQL"), (70, 5, None)],
)
def test_a_threshold_is_crossed_upwards_only(before: int, after: int, stage: str | None) -> None:
    assert crossed(before, after, POLICY) == stage


def test_halves_go_up() -> None:
    assert [rounded(points) for points in (0.4, 0.5, 1.5, -0.5, -1.5, -0.6)] == [0, 1, 2, 0, -1, -1]


def test_points_of_a_campaign_and_of_a_rule_that_is_gone_still_count() -> None:
    entries = [Entry("step thanks", 7, NOW), Entry("old", 2, NOW - 30 * DAY)]
    assert total(entries, POLICY, NOW).total == 8
    whys = [line.why for line in explain(entries, {}, POLICY, NOW)]
    assert whys == [
        "given by a campaign, halves every 30 days",
        "no rule of the policy any more, halves every 30 days",
    ]


def test_the_explanation_shows_every_point() -> None:
    entries = [Entry("clicked", 5, NOW - DAY)] * 5 + [Entry("prices", 10, NOW - 14 * DAY)]
    lines = explain(entries, {"lead.employees": 300}, POLICY, NOW)
    assert [(line.rule, line.at, line.then) for line in lines[:6]] == [
        *[("clicked", NOW - DAY, 5)] * 5,
        ("prices", NOW - 14 * DAY, 10),
    ]
    assert lines[5].now == 5.0
    assert [(line.rule, line.why) for line in lines[6:]] == [
        ("clicked", "clicked counts 20 at most"),
        ("big", "lead.employees at least 200"),
    ]


ENTRIES = st.builds(
    Entry,
    st.sampled_from(["clicked", "prices", "careers", "step x", "gone"]),
    st.integers(-50, 50),
    st.integers(0, 10_000).map(lambda hours: NOW - timedelta(hours=hours)),
)
FIELDS = st.dictionaries(st.sampled_from(["lead.employees"]), st.integers(0, 500))


@given(st.lists(ENTRIES, max_size=40), st.randoms(use_true_random=False), FIELDS)
def test_the_order_of_arrival_does_not_matter(
    entries: list[Entry], random: object, fields: dict[str, str | int | float | bool | datetime]
) -> None:
    before = total(entries, POLICY, NOW, fields)
    told = explain(entries, fields, POLICY, NOW)
    random.shuffle(entries)  # type: ignore[attr-defined]
    assert total(entries, POLICY, NOW, fields) == before
    assert sorted(map(str, explain(entries, fields, POLICY, NOW))) == sorted(map(str, told))


@given(st.lists(ENTRIES, max_size=40), FIELDS)
def test_the_explanation_adds_up_to_the_score(
    entries: list[Entry], fields: dict[str, str | int | float | bool | datetime]
) -> None:
    lines = explain(entries, fields, POLICY, NOW)
    assert abs(fsum(line.now for line in lines) - total(entries, POLICY, NOW, fields).total) <= 0.5 + 1e-9


def test_the_shipped_policy_is_right(checkout: Path) -> None:
    yaml = YAML(typ="safe", pure=True)
    doc = yaml.load(checkout / "policies" / "scoring.yaml")
    dictionary = load_dictionary(yaml.load(checkout / "policies" / "dictionary.yaml"))
    assert check_scoring(doc, dictionary) == []
    policy = load_scoring(doc)
    for rule in ("clicked", "prices", "form"):
        often = [Entry(rule, policy.rules[rule].points, NOW)] * 50
        assert total(often, policy, NOW).total < policy.thresholds["MQL"], f"{rule} alone makes an MQL"


@pytest.mark.parametrize(
    ("doc", "path", "text"),
    [
        ([], "", "expected the keys"),
        ({"rulez": {}}, "rulez", "no key rulez; did you mean rules?"),
        ({"rules": []}, "rules", "expected rules"),
        ({"rules": {"a": 5}}, "rules.a", "expected a rule"),
        ({"rules": {"a": {"points": 5}}}, "rules.a", "needs `on`"),
        ({"rules": {"a": {"on": "prices"}}}, "rules.a", "needs `points`"),
        ({"rules": {"a": {"on": "price", "points": 1}}}, "rules.a.on", "no happening price; did you mean"),
        ({"rules": {"a": {"on": "email.opened", "points": 1}}}, "rules.a.on", "never scores"),
        ({"rules": {"a": {"on": "seen", "points": 1}}}, "rules.a.on", "email.opened never scores"),
        ({"rules": {"a": {"on": "prices", "points": "5"}}}, "rules.a.points", "a whole number"),
        ({"rules": {"a": {"on": "prices", "points": True}}}, "rules.a.points", "a whole number"),
        ({"rules": {"a": {"on": "prices", "points": 0}}}, "rules.a.points", "change nothing"),
        ({"rules": {"a": {"on": "prices", "points": 1, "cap": 0}}}, "rules.a.cap", "a whole number from 1"),
        (
            {"rules": {"a": {"on": "prices", "points": 1, "half_life": "x"}}},
            "rules.a.half_life",
            "a duration",
        ),
        ({"rules": {"a": {"on": "prices", "points": 1, "half_life": "0d"}}}, "rules.a.half_life", "at once"),
        ({"rules": {"a": {"on": "prices", "points": 1, "match": 5}}}, "rules.a.match", "the event's data"),
        ({"rules": {"a": {"on": "prices", "points": 1, "kap": 5}}}, "rules.a.kap", "did you mean cap?"),
        (
            {"fit": {"a": {"field": "lead.titel", "is": "x", "points": 1}}},
            "fit.a.field",
            "did you mean lead.title?",
        ),
        ({"fit": {"a": {"is": "x", "points": 1}}}, "fit.a", "needs `field`"),
        ({"fit": {"a": {"field": "lead.title", "points": 1}}}, "fit.a", "exactly one of"),
        ({"fit": {"a": {"field": "lead.title", "at_least": 5, "points": 1}}}, "fit.a.at_least", "is a text"),
        ({"fit": {"a": {"field": "lead.employees", "is": "5", "points": 1}}}, "fit.a.is", "a number"),
        ({"fit": {"a": {"field": "lead.title", "in": "x", "points": 1}}}, "fit.a.in", "a list"),
        ({"fit": {"a": {"field": "lead.born", "known": 1, "points": 1}}}, "fit.a.known", "true or false"),
        ({"thresholds": {"mql": 5}}, "thresholds.mql", "no stage mql"),
        ({"thresholds": {"MQL": 60, "SAL": 60}}, "thresholds.SAL", "more than 60"),
        ({"thresholds": {"MQL": "x"}}, "thresholds.MQL", "a whole number"),
        ({"caps": {"score": 5}}, "caps.score", "no key score"),
        (
            {"rules": {"a": {"on": "prices", "points": 5, "cap": 20}}, "thresholds": {"MQL": 21}},
            "thresholds.MQL",
            "the caps allow 20",
        ),
    ],
)
def test_what_is_wrong_with_a_policy(doc: object, path: str, text: str) -> None:
    told = [(".".join(one.path), f"{one.text}; {one.hint}") for one in check_scoring(doc, DICTIONARY)]
    assert [where for where, _ in told] == [path]
    assert text in told[0][1]
