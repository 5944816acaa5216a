"""Ways by chance: shares, arms that last, winners, and those who are held out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nurture.domain.chance import draw, held_out
from nurture.domain.winner import After, Standing, Winner, best, parse_after
from tests.domain.driving import Journey, start

TALE = """
campaign: test
steps:
  - split: length
    ways:
      - way: short
        share: 50
        then:
          - end: quick
      - way: long
        share: 50
        then:
          - wait: 3d
          - end: slow
"""
SHARES = {"a": 70, "b": 20, "c": 10}


def test_shares_are_kept_over_many_leads() -> None:
    found = Counter(draw(SHARES, "campaign", "step", str(number)) for number in range(5000))
    assert {way: round(count / 5000, 1) for way, count in found.items()} == {"a": 0.7, "b": 0.2, "c": 0.1}


def test_tests_of_one_campaign_are_independent() -> None:
    both = Counter(
        (draw({"a": 50, "b": 50}, "c", "one", str(n)), draw({"a": 50, "b": 50}, "c", "two", str(n)))
        for n in range(4000)
    )
    assert all(850 < count < 1150 for count in both.values())


def test_the_holdout_is_a_share_of_its_own() -> None:
    out = [str(n) for n in range(4000) if held_out(10, "campaign", str(n))]
    assert 320 < len(out) < 480
    ways = Counter(draw({"a": 50, "b": 50}, "campaign", "step", lead) for lead in out)
    assert all(140 < count < 260 for count in ways.values())


def who(way: str) -> str:
    return next(str(n) for n in range(99) if draw({"short": 50, "long": 50}, "test", "length", str(n)) == way)


def begun(way: str, **facts: Any) -> Journey:
    return taken(TALE, who(way), **facts)


def taken(text: str, lead: str, **facts: Any) -> Journey:
    found = start(text, lead=lead, **facts)
    return found.until(found.facts.now)


def test_each_goes_the_way_she_draws() -> None:
    assert begun("short").last.outcome == "quick"
    other = begun("long")
    assert other.last.outcome is None
    assert other.last.position.drawn == {"length": "long"}


def test_the_winner_is_for_everybody_new() -> None:
    assert begun("long", winners={"length": "short"}).last.outcome == "quick"
    assert begun("short", winners={"length": "long"}).last.outcome is None


def test_a_winner_that_the_file_no_longer_has_is_left_aside() -> None:
    assert begun("short", winners={"length": "middle"}).last.outcome == "quick"


LOOP = """
campaign: test
steps:
  - go: round
sections:
  round:
    - split: length
      ways:
        - way: short
          share: 50
          then: []
        - way: long
          share: 50
          then:
            - wait: 1d
    - wait: 3d
    - go: round
      at_most: 2 times
    - end: done
"""


def test_who_has_a_way_keeps_it_after_the_decision() -> None:
    going = taken(LOOP, who("long"))
    going.facts = replace(going.facts, winners={"length": "short"})
    going.until(going.facts.now + timedelta(days=30))
    assert going.last.outcome == "done"
    ways = [line.reason for line in going.lines if line.kind == "split"]
    assert ways == ["long: by chance, 50 of 100", "long: the way she has", "long: the way she has"]


def test_the_held_out_get_nothing() -> None:
    text = TALE.replace("campaign: test", "campaign: test\nholdout: 50")
    out = next(str(n) for n in range(99) if held_out(50, "test", str(n)))
    given = next(str(n) for n in range(99) if not held_out(50, "test", str(n)))
    assert taken(text, out).last.outcome == "holdout"
    assert taken(text, given).last.outcome != "holdout"


def standings(**ways: tuple[int, int]) -> list[Standing]:
    return [Standing(way, leads, counted) for way, (leads, counted) in ways.items()]


def test_the_highest_rate_wins_not_the_highest_count() -> None:
    assert best(standings(a=(180, 40), b=(20, 8)), Winner("bought")) == "b"


@pytest.mark.parametrize(("tie", "won"), [(None, "a"), ("b", "b")])
def test_a_tie(tie: str | None, won: str) -> None:
    assert best(standings(a=(100, 40), b=(100, 40), c=(100, 39)), Winner("bought", tie=tie)) == won


def test_a_way_that_nobody_drew_does_not_fail() -> None:
    assert best(standings(a=(0, 0), b=(10, 1)), Winner("bought")) == "b"


@pytest.mark.parametrize(
    ("text", "leads", "days"), [("200 leads", 200, None), ("14d", None, 14), ("200 leads and 14d", 200, 14)]
)
def test_when_a_test_is_over(text: str, leads: int | None, days: int | None) -> None:
    after = parse_after(text)
    first = datetime(2026, 3, 2, tzinfo=UTC)
    late = first + timedelta(days=days or 0)
    assert after.over(leads or 1, first, late)
    if leads:
        assert not after.over(leads - 1, first, late)
    if days:
        assert not after.over(leads or 1, first, late - timedelta(seconds=1))
        assert not After(None, after.span).over(0, None, late)


@pytest.mark.parametrize("text", ["soon", "0 leads", "200 leads and 300 leads", "14d and 3d", ""])
def test_what_is_no_time_for_a_decision(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_after(text)
