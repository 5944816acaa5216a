"""What ``policies/scoring.yaml`` says, loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from nurture.domain.conditions import Asks, Condition
from nurture.domain.dictionary import Happening

HALF_LIFE = timedelta(days=30)
LETTERS = ("A", "B", "C", "D")
"""Grades, the best first; D is for all who reach no other."""
MEANINGS = ("hand off", "nurture on", "educate", "disqualify")
"""What a cell of the matrix may mean."""
COLUMNS = 4
"""Of the matrix: engagement from 1, the most, to 4."""
SHARE = 50
"""Percent of the largest total that fit may be, unless the file says otherwise."""


@dataclass(frozen=True)
class Times:
    """Points of a rule are multiplied where the event's data fits."""

    key: str
    pattern: str
    factor: float


@dataclass(frozen=True)
class Again:
    """Points for coming back: ``times`` within ``within`` give ``points`` more."""

    times: int
    within: timedelta
    points: int


@dataclass(frozen=True)
class PointRule:
    name: str
    on: Happening
    points: int
    half_life: timedelta
    cap: int | None = None
    """The most that this rule counts at any time, after fading; of negative points the least."""
    group: str | None = None
    times: tuple[Times, ...] = ()
    again: Again | None = None
    if_: Condition = Condition()
    """Of the lead as she is when the score is asked for."""
    says: str = ""
    """What sales read: ``looked at the prices``."""


@dataclass(frozen=True)
class FitRule:
    name: str
    field: str
    """Empty where ``if_`` asks."""
    points: int
    test: str
    """A word of TESTS; empty where ``if_`` asks."""
    wanted: Any
    if_: Condition = Condition()
    says: str = ""


@dataclass(frozen=True)
class Inactivity:
    """After this long without anything that gives points, all engagement halves again and again."""

    after: timedelta
    half_life: timedelta


@dataclass(frozen=True)
class Matrix:
    bands: tuple[int, ...]
    """Engagement from which a lead is in column 1, 2, 3."""
    meaning: Mapping[str, str]
    """``A1`` -> one of MEANINGS."""


@dataclass(frozen=True)
class ScoringPolicy:
    rules: Mapping[str, PointRule] = field(default_factory=dict)
    fit: tuple[FitRule, ...] = ()
    totals: tuple[FitRule, ...] = ()
    """Of fields that say what the lead did, such as visits that another system counts: engagement without
    dates, which does not fade."""
    thresholds: Mapping[str, int] = field(default_factory=dict)
    """Stage -> the total at which a lead gets there."""
    half_life: timedelta = HALF_LIFE
    """Of points whose rule says nothing, such as those a campaign gives."""
    caps: Mapping[str, int] = field(default_factory=dict)
    """``engagement`` and ``fit`` -> the most that all rules together count."""
    groups: Mapping[str, int] = field(default_factory=dict)
    """Group -> the most that its rules count together."""
    inactivity: Inactivity | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
    back: int = 0
    """A lead leaves a level only when the total falls this much below it."""
    grades: Mapping[str, int] = field(default_factory=dict)
    """Letter -> the fit from which it is given."""
    matrix: Matrix | None = None
    scores: Mapping[str, ScoringPolicy] = field(default_factory=dict)
    """Further scores, such as one per product: each a policy with some of the rules."""
    best: int | None = None
    """How many people of an account make its score; None: all."""
    only: bool = False
    """Points of no rule of this policy do not count: it is one of several scores."""
    asks: Asks | None = field(default=None, compare=False)
    """Who answers the conditions of rules."""
    prepared: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What is made of the rules once, by those who ask it for every event."""

    @cached_property
    def heard(self) -> frozenset[str]:
        """Types of events, and names of happenings, that rules give points for."""
        return frozenset(rule.on.event for rule in self.rules.values())

    @cached_property
    def conditional(self) -> tuple[PointRule, ...]:
        return tuple(rule for rule in self.rules.values() if rule.if_)

    @cached_property
    def repeating(self) -> tuple[PointRule, ...]:
        return tuple(rule for rule in self.rules.values() if rule.again)
