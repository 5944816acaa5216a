"""What changed, as a marketer reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given

from nurture.domain.campaign import load_campaign
from nurture.domain.differences import differences
from nurture.domain.outline import outline
from nurture.domain.renames import GONE, Renames, one_by_one, renames_between
from nurture.domain.text_differences import Texts, text_differences
from tests.domain.test_walk_properties import Doc, campaigns

OLD: Doc = {
    "campaign": "guide",
    "enrol": {"on": "guide-form"},
    "leave": {"customer": "lead.customer"},
    "rules": [{"rule": "prices", "when": "score > 5", "then": [{"go": "talk"}]}],
    "steps": [
        {"send": "first"},
        {"wait": "3d"},
        {"send": "second"},
        {"wait": "up to 10d", "until": 'clicked("second")',
         "time_up": [{"send": "reminder"}, {"wait": "2d"}]},
        {"choose": "size", "ways": [{"way": "big", "when": "lead.employees > 9", "then": [{"send": "big"}]}],
         "otherwise": ["next"]},
        {"go": "talk"},
    ],
    "sections": {"talk": [{"handoff": "sales", "why": "Ready"}]},
}  # fmt: skip


def changed(edit: Callable[[Any], object]) -> list[str]:
    new = deepcopy(OLD)
    edit(new)
    return [one.words for one in differences(OLD, new)]


def rename(doc: Any) -> None:
    doc["steps"][0] = {"send": "welcome"}
    doc["moved"] = {"first": "welcome"}


EDITS: Mapping[str, tuple[Callable[[Any], object], list[str]]] = {
    "nothing": (lambda doc: doc, []),
    "a longer wait": (
        lambda doc: doc["steps"][1].update(wait="5d"),
        ["`first+wait` waits 5d, was 3d: longer"],
    ),
    "a shorter wait in weeks": (
        lambda doc: doc["steps"][3].update(wait="up to 1w"),
        ["`second+wait` waits up to 1w, was up to 10d: shorter"],
    ),
    "another kind of wait": (
        lambda doc: doc["steps"][1].update(wait="to lead.renewal"),
        ["`first+wait` waits to lead.renewal, was 3d"],
    ),
    "a condition": (
        lambda doc: doc["steps"][3].update(until='opened("second")'),
        ['`second+wait`: until is opened("second"), was clicked("second")'],
    ),
    "a step in an arm": (
        lambda doc: doc["steps"][3]["time_up"].insert(0, {"do": "mark", "tag": "slow"}),
        ["a new do `mark` at the beginning of second+wait, time_up"],
    ),
    "a step that is gone, and its wait": (
        lambda doc: doc["steps"].__delitem__(slice(0, 2)),
        ["the send `first` is gone", "the wait `first+wait` is gone"],
    ),
    "a renamed step takes its wait along": (rename, ["`first` is now called `welcome`"]),
    "another name for the same message": (
        lambda doc: doc["steps"].__setitem__(0, {"send": "welcome", "message": "first"}),
        ["the send `first` is gone",
         "a new send `welcome` at the beginning; is it `first`? Then write `moved: {first: welcome}`"],
    ),
    "another order": (
        lambda doc: doc["steps"].insert(0, doc["steps"].pop(4)),
        ["`size` now comes at the beginning", "`big` now comes at the beginning of size, big"],
    ),
    "the condition of a way": (
        lambda doc: doc["steps"][4]["ways"][0].update(when="lead.employees > 99"),
        ["`size`: ways is way big, when \"lead.employees > 99\", was way big, when \"lead.employees > 9\""],
    ),
    "a condition to leave": (
        lambda doc: doc["leave"].update(bought="score > 90"),
        ["`leave`: bought is new: \"score > 90\""],
    ),
    "a rule": (
        lambda doc: doc["rules"][0].update(when="score > 9"),
        ["rule prices: when is \"score > 9\", was \"score > 5\""],
    ),
    "a window": (
        lambda doc: doc.update(sending={"window": "office"}),
        ["sending is new: window office"],
    ),
    "a key that is gone": (lambda doc: doc.pop("enrol"), ["enrol is gone: it was on guide-form"]),
    "what sales are told": (
        lambda doc: doc["sections"]["talk"][0].update(why="Has clicked"),
        ['`sales`: why is "Has clicked", was Ready'],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EDITS)
def test_in_words(case: str) -> None:
    edit, expected = EDITS[case]
    assert changed(edit) == expected


@given(campaigns())
def test_the_outline_has_the_steps_that_are_walked(document: Doc) -> None:
    assert {entry.name for entry in outline(document)} == set(load_campaign(document).steps)
    assert differences(document, deepcopy(document)) == ()


def test_unnamed_steps_follow_the_one_they_are_named_after() -> None:
    renames = Renames({"guide": "intro", "guide+wait": "pause"})
    names = ["guide", "guide+wait", "guide+wait+wait", "guide.time_up+wait", "guidebook", "other"]
    found = [renames.new(name) for name in names]
    assert found == ["intro", "pause", "pause+wait", "intro.time_up+wait", "guidebook", "other"]
    assert renames.old("intro.time_up+wait") == "guide.time_up+wait"


def test_an_unnamed_wait_before_the_same_step_is_the_same_wait() -> None:
    new = deepcopy(OLD)
    new["steps"].insert(1, {"do": "mark", "tag": "new"})
    assert [one.words for one in differences(OLD, new)] == ["a new do `mark` after `first`"]
    assert renames_between(OLD, new).new("first+wait") == "mark+wait"
    new["steps"].insert(3, {"do": "mark-again", "tag": "new"})
    assert renames_between(OLD, new).new("first+wait") == "mark+wait", "it says the same"
    new["steps"][2]["wait"] = "4d"
    assert renames_between(OLD, new).new("first+wait") == "first+wait", "another step follows it now"


def test_names_that_are_given_on_are_given_in_order() -> None:
    chain = {"a": "b", "b": "c", "same": "same"}
    assert list(one_by_one(chain)) == [("b", "c"), ("a", "b")]
    assert list(one_by_one({"a": "b", "b": "a"})) == [("a", "~a"), ("b", "a"), ("~a", "b")]


def test_a_wait_that_says_the_same_is_the_same_wait() -> None:
    steps = [{"send": "a"}, {"wait": "14d"}, {"end": "over"}]
    old: Doc = {"campaign": "guide", "steps": steps}
    new: Doc = {"campaign": "guide", "steps": [steps[0], {"wait": "4h"}, {"send": "more"}, *steps[1:]]}
    assert [one.words for one in differences(old, new)] == [
        "a new wait `a+wait` after `a`",
        "a new send `more` after `a+wait`",
    ]
    assert renames_between(old, new).new("a+wait") == "more+wait"
    assert renames_between(new, old).new("more+wait") == "a+wait"
    assert renames_between(new, old).new("a+wait") == GONE
    assert [one.words for one in differences(new, old)] == [
        "the wait `a+wait` is gone",
        "the send `more` is gone",
    ]


def test_waits_that_changed_places_with_a_step_between_stay_in_theirs() -> None:
    old: Doc = {"campaign": "guide", "steps": [{"send": "a"}, {"wait": "3d"}, {"send": "b"}, {"wait": "5d"}]}
    new: Doc = {"campaign": "guide", "steps": [{"send": "a"}, {"wait": "5d"}, {"send": "b"}, {"wait": "3d"}]}
    assert renames_between(old, new) == Renames()


def test_texts() -> None:
    old: Texts = {"a": {"subject": "One", "body": "x\ny", "places": {"body": 1}}, "b": {"subject": "Two"}}
    new: Texts = {
        "a": {"subject": "Uno", "body": "x\nz\nw", "places": {"body": 9}},
        "c": {"subject": "Three"},
    }
    assert [one.words for one in text_differences(old, new)] == [
        "message `a`: subject is Uno, was One",
        "message `a`: text, 2 lines new, 1 gone, 3 in all",
        "the message `b` is no longer sent",
        "a new message `c`: Three",
    ]
