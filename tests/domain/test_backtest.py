"""How well a score tells winners from the rest: the figures against their definitions."""

from __future__ import annotations

from itertools import pairwise
from math import exp
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurture.domain.backtest.measures import (
    Scored,
    at_threshold,
    auc,
    best_threshold,
    brier,
    chances,
    curve,
    learn,
    tenths,
)

SCORED = st.lists(st.tuples(st.integers(-20, 20).map(float), st.booleans()), min_size=1, max_size=60)


def by_definition(scored: list[Scored]) -> float:
    pairs = [(won, lost) for won, yes in scored if yes for lost, no in scored if not no]
    return sum(1.0 if won > lost else 0.5 if won == lost else 0.0 for won, lost in pairs) / len(pairs)


def made(count: int, slope: float = 0.1, seed: int = 1) -> list[Scored]:
    random = Random(seed)
    scores = [random.uniform(-30, 60) for _ in range(count)]
    return [(score, random.random() < 1 / (1 + exp(-slope * (score - 15)))) for score in scores]


@given(SCORED)
def test_auc_is_how_often_the_winner_stands_above(scored: list[Scored]) -> None:
    found = auc(scored)
    won = sum(yes for _, yes in scored)
    if won in (0, len(scored)):
        assert found is None
    else:
        assert found is not None
        assert found.value == pytest.approx(by_definition(scored))
        assert found.low <= found.value <= found.high


@pytest.mark.parametrize(("of_each", "low"), [(1, 0.21), (3, 0.44), (300, 0.99)])
def test_a_few_that_are_told_apart_without_a_fault_prove_little(of_each: int, low: float) -> None:
    found = auc([(1.0, True)] * of_each + [(0.0, False)] * of_each)
    assert found
    assert (found.value, found.high, round(found.low, 2)) == (1.0, 1.0, low)


def test_the_interval_holds_the_truth_about_nineteen_times_of_twenty() -> None:
    truth = by_definition(made(1500, seed=99))
    found = [auc(made(200, seed=seed)) for seed in range(100)]
    held = sum(one is not None and one.low <= truth <= one.high for one in found)
    assert 88 <= held <= 100
    wide, narrow = auc(made(200)), auc(made(2000))
    assert wide
    assert narrow
    assert wide.high - wide.low > 2.5 * (narrow.high - narrow.low)


def test_a_threshold_has_its_precision_and_recall() -> None:
    scored = [(10.0, True), (9.0, False), (8.0, True), (1.0, False), (0.0, True)]
    at = at_threshold(scored, 8)
    assert (at.reached, at.won_there) == (3, 2)
    assert [at.precision, at.recall] == pytest.approx([2 / 3, 2 / 3])
    assert best_threshold(scored) == 0.0
    assert best_threshold([(5.0, True), (5.0, True), (4.0, False), (3.0, False)]) == 5.0
    assert at_threshold(scored, 99).precision == 0.0


@given(SCORED)
def test_the_best_threshold_is_the_best_of_all(scored: list[Scored]) -> None:
    def f1(threshold: float) -> float:
        at = at_threshold(scored, threshold)
        return 2 * at.won_there / (at.reached + at.won) if at.won else 0.0

    assert f1(best_threshold(scored)) == pytest.approx(max(f1(score) for score, _ in scored))


def test_a_score_becomes_a_chance_and_the_chances_come_true() -> None:
    scored = made(3000)
    line = learn(scored)
    assert [line.slope, line.zero] == pytest.approx([0.1, -1.5], rel=0.15)
    found = tenths(scored, chances(scored))
    assert [one.leads for one in found] == [300] * 10
    assert all(abs(one.won - one.expected) < 35 for one in found)
    assert brier(scored, chances(scored)) < 0.2
    assert [one.low for one in found] == sorted((one.low for one in found), reverse=True)


def test_a_score_that_separates_all_does_not_run_away() -> None:
    line = learn([(0.0, False), (1.0, True)] * 50)
    assert 0.9 < line.of(1.0) <= 1
    assert 0 <= line.of(0.0) < 0.1


@given(SCORED)
def test_the_curve_goes_from_corner_to_corner(scored: list[Scored]) -> None:
    points = curve(scored)
    assert points == sorted(points)
    if 0 < sum(yes for _, yes in scored) < len(scored):
        assert (points[0], points[-1]) == ((0.0, 0.0), (1.0, 1.0))
        area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))
        assert area == pytest.approx(by_definition(scored))
