"""How well scores tell those who became customers from the others. Pure, and exact: no sampling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, sqrt
from statistics import variance

from nurture.domain.intervals import Z, interval

Scored = tuple[float, bool]
"""A score, and whether the lead was won."""


@dataclass(frozen=True)
class Auc:
    """The chance that of a won and a lost lead the won one has the higher score (ties count half)."""

    value: float
    low: float
    high: float
    won: int
    lost: int


@dataclass(frozen=True)
class AtThreshold:
    threshold: float
    reached: int
    won_there: int
    won: int
    of: int

    @property
    def precision(self) -> float:
        """Of those who reach it, how many were won."""
        return self.won_there / self.reached if self.reached else 0.0

    @property
    def recall(self) -> float:
        """Of those who were won, how many reach it."""
        return self.won_there / self.won if self.won else 0.0


@dataclass(frozen=True)
class Tenth:
    """A tenth of the leads, the highest scores first."""

    low: float
    high: float
    leads: int
    won: int
    expected: float
    """How many the score itself foretells, after it was translated into chances."""


def auc(scored: Sequence[Scored]) -> Auc | None:
    """With DeLong's interval for 95 %; of a perfect one Wilson's for the rarer kind. None: nobody was won, or
    nobody was lost."""
    won = sorted(score for score, yes in scored if yes)
    lost = sorted(score for score, yes in scored if not yes)
    if not won or not lost:
        return None
    above = [_share_below(lost, score) for score in won]
    below = [1 - _share_below(won, score) for score in lost]
    value = sum(above) / len(won)
    spread = (variance(above) / len(won) if len(won) > 1 else 0) + (
        variance(below) / len(lost) if len(lost) > 1 else 0
    )
    half = Z * sqrt(spread)
    if value in (0.0, 1.0):  # told apart without a fault: of few that says little, though nothing varies
        few = min(len(won), len(lost))
        return Auc(value, *interval(round(value * few), few), len(won), len(lost))
    return Auc(value, max(0.0, value - half), min(1.0, value + half), len(won), len(lost))


def _share_below(ordered: Sequence[float], score: float) -> float:
    """Ties count half."""
    return (_count(ordered, score, over=False) + _count(ordered, score, over=True)) / (2 * len(ordered))


def _count(ordered: Sequence[float], score: float, *, over: bool) -> int:
    """How many are below the score, or also (``over``) at it."""
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < score or (over and ordered[middle] == score):
            low = middle + 1
        else:
            high = middle
    return low


def at_threshold(scored: Sequence[Scored], threshold: float) -> AtThreshold:
    reached = [yes for score, yes in scored if score >= threshold]
    return AtThreshold(threshold, len(reached), sum(reached), sum(yes for _, yes in scored), len(scored))


def best_threshold(scored: Sequence[Scored]) -> float:
    """Where precision and recall together are best (the largest F1)."""
    won = sum(yes for _, yes in scored)
    best, found, hits, reached = -1.0, 0.0, 0, 0
    ordered = sorted(scored, key=lambda one: -one[0])
    for place, (score, yes) in enumerate(ordered):
        hits, reached = hits + yes, reached + 1
        if place + 1 < len(ordered) and ordered[place + 1][0] == score:
            continue
        f1 = 2 * hits / (reached + won) if won else 0.0
        if f1 > best:
            best, found = f1, score
    return found


def curve(scored: Sequence[Scored]) -> list[tuple[float, float]]:
    """Of the ROC: (share of the lost, share of the won) who reach each score, from the highest down."""
    won = sum(yes for _, yes in scored) or 1
    lost = len(scored) - sum(yes for _, yes in scored) or 1
    ordered = sorted(scored, key=lambda one: -one[0])
    points, hits, misses = [(0.0, 0.0)], 0, 0
    for place, (score, yes) in enumerate(ordered):
        hits, misses = hits + yes, misses + (not yes)
        if place + 1 == len(ordered) or ordered[place + 1][0] != score:
            points.append((misses / lost, hits / won))
    return points


def tenths(scored: Sequence[Scored], chances: Sequence[float]) -> list[Tenth]:
    """``chances``: in the order of ``scored``."""
    ordered = sorted(zip(scored, chances, strict=True), key=lambda one: (-one[0][0], one[1]))
    found = []
    for start, end in _parts(len(ordered)):
        part = ordered[start:end]
        found.append(
            Tenth(
                part[-1][0][0],
                part[0][0][0],
                len(part),
                sum(yes for (_, yes), _ in part),
                sum(chance for _, chance in part),
            )
        )
    return found


def _parts(count: int) -> Iterator[tuple[int, int]]:
    edges = [round(place * count / 10) for place in range(11)]
    return ((start, end) for start, end in pairwise(edges) if end > start)


@dataclass(frozen=True)
class Chance:
    """The line that turns a score into a chance: log odds = slope * score + at zero."""

    slope: float
    zero: float

    def of(self, score: float) -> float:
        odds = max(-30.0, min(30.0, self.slope * score + self.zero))
        return 1 / (1 + exp(-odds))


def chances(scored: Sequence[Scored]) -> list[float]:
    """What each score means as a chance, learned from the other half of the leads, never from itself."""
    halves = [scored[::2], scored[1::2]]
    lines = [learn(half) for half in halves]
    return [lines[1 - place % 2].of(score) for place, (score, _) in enumerate(scored)]


def learn(scored: Sequence[Scored], rounds: int = 30) -> Chance:
    """Newton's way to the best line, with a little weight on none."""
    middle = sum(score for score, _ in scored) / max(1, len(scored))
    wide = sqrt(sum((score - middle) ** 2 for score, _ in scored) / max(1, len(scored))) or 1.0
    slope = zero = 0.0
    for _ in range(rounds):
        g0, g1, h00, h01, h11 = 0.0, -1e-3 * slope, 1e-9, 0.0, 1e-3
        for score, yes in scored:
            x = (score - middle) / wide
            chance = Chance(slope, zero).of(x)
            weight = chance * (1 - chance)
            g0, g1 = g0 + yes - chance, g1 + (yes - chance) * x
            h00, h01, h11 = h00 + weight, h01 + weight * x, h11 + weight * x * x
        by = h00 * h11 - h01 * h01
        if by <= 0:
            break
        up, along = (h11 * g0 - h01 * g1) / by, (h00 * g1 - h01 * g0) / by
        zero, slope = zero + max(-2.0, min(2.0, up)), slope + max(-2.0, min(2.0, along))
        if abs(up) + abs(along) < 1e-9:
            break
    return Chance(slope / wide, zero - slope * middle / wide)


def brier(scored: Sequence[Scored], foretold: Sequence[float]) -> float:
    """The mean square of what the chances were wrong by: 0 is perfect, 0.25 is a coin."""
    return sum((chance - yes) ** 2 for (_, yes), chance in zip(scored, foretold, strict=True)) / len(scored)
