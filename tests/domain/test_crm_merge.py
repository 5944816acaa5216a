from __future__ import annotations

import random
from typing import Any

import pytest

from nurture.domain.crm_merge import Merged, attempted, merge, settled, text
from nurture.domain.crm_policy import FieldRule, Meaning, load_crm

SHARED = FieldRule("industry", "industry")
THEIRS = FieldRule("country", "country", "crm")
OURS = FieldRule("score", "nurture_score", "nurture")
STAGE = FieldRule("stage", "lifecyclestage", values={"lead": "lead", "MQL": "marketingqualifiedlead"})


def one(rule: FieldRule, mine: Any, there: str, base: str | None) -> Merged:
    before = None if base is None else {rule.theirs: base}
    return merge([rule], {rule.ours: mine}, {rule.theirs: there}, before)


@pytest.mark.parametrize(
    ("rule", "mine", "there", "base", "push", "take", "kept"),
    [
        (SHARED, "A", "A", "A", "", "", ""),
        (SHARED, "B", "A", "A", "B", "", ""),
        (SHARED, "A", "B", "A", "", "B", ""),
        (SHARED, "C", "B", "A", "", "B", ""),
        (SHARED, "A", "", None, "A", "", ""),
        (SHARED, "A", "B", None, "", "B", ""),
        (SHARED, None, "B", "B", "", "B", ""),
        (SHARED, None, "", "A", "", "", ""),
        (THEIRS, "A", "B", "B", "", "B", ""),
        (THEIRS, "A", "", "", "A", "", ""),
        (OURS, 70, "3", "60", "70", "", ""),
        (OURS, 70.0, "70", "70", "", "", ""),
        (OURS, None, "3", "3", "", "", ""),
        (STAGE, "MQL", "lead", "lead", "marketingqualifiedlead", "", ""),
        (STAGE, "MQL", "customer", "lead", "", "", "customer"),
        (STAGE, "SAL", "lead", "lead", "", "", "lead"),
    ],
)
def test_whose_value_stands(
    rule: FieldRule, mine: Any, there: str, base: str | None, push: str, take: str, kept: str
) -> None:
    found = one(rule, mine, there, base)
    assert found.push == ({rule.theirs: push} if push else {})
    assert found.take == ({rule.ours: take} if take else {})
    assert found.kept == ({rule.theirs: kept} if kept else {})


def test_numbers_and_texts_are_compared_as_people_read_them() -> None:
    assert [text(value) for value in (None, " a  b ", 70.0, "70.0", True, 7.5)] == [
        *("", "a b", "70", "70", "true", "7.5")
    ]


@pytest.mark.parametrize("seed", range(200))
def test_a_day_of_changes_on_both_sides_ends_with_one_truth(seed: int) -> None:
    """Whatever is changed where, in whatever order it is pushed and pulled: both agree in the end, and the
    last word of a person in the CRM is not lost to us."""
    dice = random.Random(seed)
    rules = [SHARED, THEIRS, OURS]
    ours: dict[str, Any] = {"industry": "A", "country": "DE", "score": "1"}
    theirs: dict[str, str] = {}
    base: dict[str, str] | None = None
    for _ in range(40):
        act = dice.choice(("ours", "theirs", "sync"))
        rule = dice.choice(rules)
        if act == "ours":
            ours[rule.ours] = dice.choice("ABC")
        elif act == "theirs":
            theirs[rule.theirs] = dice.choice("ABC")
        else:
            base = _sync(rules, ours, theirs, base)
    theirs["industry"] = said = dice.choice("XYZ")
    base = _sync(rules, ours, theirs, base)
    base = _sync(rules, ours, theirs, base)
    assert {rule.ours: theirs[rule.theirs] for rule in rules} == ours
    assert ours["industry"] == said
    again = merge(rules, ours, theirs, base)
    assert (again.push, again.take) == ({}, {})


def _sync(rules: Any, ours: Any, theirs: Any, base: Any) -> dict[str, str]:
    found = merge(rules, ours, theirs, base)
    theirs.update(found.push)
    ours.update(found.take)
    return found.base


def test_a_policy_is_read_by_crm() -> None:
    doc = {
        "hubspot": {
            "fields": {"lead.industry": "industry", "score": "s", "email": {"as": "e", "wins": "crm"}},
            "answers": {"status": {"GO": "accepted", "NO": "rejected no-budget"}},
            "why": {"field": "why", "values": {1: "no-need"}, "otherwise": "no-fit"},
            "no_mail": {"optout": True},
            "machines": ["Sync@Ours.example"],
        }
    }
    found = load_crm(doc, "hubspot")
    assert [(rule.ours, rule.theirs, rule.wins) for rule in found.fields] == [
        ("industry", "industry", "person"),
        ("score", "s", "nurture"),
        ("email", "e", "crm"),
    ]
    assert found.answers["status"]["NO"] == Meaning("rejected", "no-budget")
    assert (found.why["1"], found.no_mail["optout"]) == ("no-need", "true")
    assert found.machines == {"sync@ours.example"}
    assert found.reads == ("industry", "s", "e", "status", "why", "optout")
    assert load_crm(doc, "pipedrive").fields == ()


def test_what_we_were_writing_when_the_answer_was_lost_is_ours_where_it_stands() -> None:
    base = attempted({"firstname": "A", "industry": "X"}, {"firstname": "C"})
    assert settled(base, {"firstname": "C"}) == {"firstname": "C", "industry": "X"}
    assert settled(base, {"firstname": "Z"}) == {"firstname": "A", "industry": "X"}
    assert settled(None, {"firstname": "C"}) is None
