"""Whose word on budget, authority, need and timing stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from nurture.domain.bant import FORM, INFERRED, SALES, Said, standing, told

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def said(value: str, source: str, day: int) -> Said:
    return Said("budget", value, source, DAY + timedelta(days=day))


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        ([said("a", FORM, 0), said("b", FORM, 1)], "b"),
        ([said("a", SALES, 0), said("b", FORM, 1)], "a"),
        ([said("a", INFERRED, 0), said("b", FORM, 1)], "b"),
        ([said("a", FORM, 1), said("b", SALES, 0)], "b"),
        ([said("a", SALES, 0), said("b", INFERRED, 200)], "b"),
        ([said("a", SALES, 0), said("b", INFERRED, 180)], "a"),
    ],
)
def test_a_weaker_word_gives_way_unless_the_stronger_is_old(words: list[Said], stands: str) -> None:
    for seed in range(4):
        assert standing(Random(seed).sample(words, len(words)))["budget"].value == stands


def test_forms_and_answers_say_it_and_nothing_else_does() -> None:
    answers = {"survey": {"now": {"timing": "this quarter", "buying_stage": "decision"}}}
    form = {"budget": " 20,000 ", "form": "contact", "buying_stage": "soon", "aida": "desire"}
    assert dict(told("form.submitted", form, {})) == {"budget": "20,000", "aida": "desire"}
    assert (
        dict(told("survey.answered", {"step": "survey", "answer": "now"}, answers))
        == answers["survey"]["now"]
    )
    assert dict(told("survey.answered", {"step": "survey", "answer": "no", "need": "x"}, answers)) == {}
    assert dict(told("page.viewed", {"budget": "x"}, {})) == {}
