"""Which answers count, and happenings that compare numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nurture.domain.dictionary import Happening
from nurture.domain.facts import SendFact
from nurture.domain.surveys import counting
from tests.domain.driving import BERLIN, at, campaign_of

SENT = at("2026-03-02 10:00")
ANSWERS = [(SENT + timedelta(days=1), "soon"), (SENT + timedelta(days=40), "now")]


@pytest.mark.parametrize(
    ("keys", "counted"),
    [
        ("", ["soon", "now"]),
        ("  open_for: 30d\n", ["soon"]),
        ("  open_for: 60d\n", ["soon", "now"]),
        ("  counts: first\n", ["soon"]),
        ("  open_for: 12h\n", []),
    ],
)
def test_what_counts(keys: str, counted: list[str]) -> None:
    campaign = campaign_of(f"- send: ask\n  answers: {{now: Now, soon: Soon}}\n{keys}- end: over\n")
    sends = {"ask": SendFact("ask", 1, "sent", SENT, answers=ANSWERS)}
    assert [answer for _, answer in counting(campaign, sends, BERLIN)["ask"].answers] == counted


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("at least 30", 30, True),
        ("at least 30", "29.9", False),
        ("at most 30", 30, True),
        ("at most -1.5", -2, True),
        ("at least 30", "long", False),
        ("at least 30", "", False),
        ("at home", "at home", True),
    ],
)
def test_a_happening_compares_numbers(pattern: str, value: object, fits: bool) -> None:
    happening = Happening("long-read", "page.viewed", {"path": "/guide*", "seconds": pattern})
    assert happening.matches("page.viewed", {"path": "/guide/1", "seconds": value}) is fits
