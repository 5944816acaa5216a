"""Whether a policy was right about leads whose outcome is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nurture.domain.backtest.measures import (
    AtThreshold,
    Auc,
    Scored,
    Tenth,
    at_threshold,
    auc,
    best_threshold,
    brier,
    chances,
    tenths,
)
from nurture.domain.scoring import FitRule, PointRule, ScoringPolicy, cell
from nurture.domain.scoring.fit import fits, why_it_fits
from nurture.services.outcomes.leaks import Leak, late_leaks, leaks_of
from nurture.services.outcomes.parts import had_part
from nurture.services.outcomes.rows import NoOutcomes, Outcome, Outcomes
from nurture.services.outcomes.scoring import score, scored

FEW = 100
"""Fewer winners, or losers, than this tell little; the intervals say how little."""


@dataclass(frozen=True)
class Group:
    """Some of the leads: of a rule, a cell, a month."""

    name: str
    leads: int
    won: int
    points: int = 0
    why: str = ""
    auc: Auc | None = None

    @property
    def rate(self) -> float:
        return self.won / self.leads if self.leads else 0.0


@dataclass(frozen=True)
class Report:
    leads: int
    won: int
    without: int
    auc: Auc
    threshold: AtThreshold
    named: str
    """What the threshold is: a stage of the policy, or where precision and recall are best."""
    tenths: Sequence[Tenth]
    brier: float
    scored: Sequence[Scored]
    old: tuple[Auc, Auc] | None
    """On the rows that have an old score: that one, and this policy."""
    old_scored: Sequence[Scored]
    rules: Sequence[Group]
    others: Mapping[str, Group]
    """Rule -> those of whom it does not hold."""
    cells: Sequence[Group]
    months: Sequence[Group]
    leaks: Sequence[Leak]
    silent: Sequence[str]
    """Rules that the file can say nothing about: they are on events, or on fields that it does not have."""
    word: str = "won"
    """What became of those who are counted."""
    dated: bool = False
    """Of our own history, and not of a file."""
    lost_as: Mapping[str, int] = field(default_factory=dict)
    """What stands in a file where nobody has said that it means lost, and how often."""

    @property
    def base(self) -> float:
        return self.won / self.leads

    @property
    def few(self) -> bool:
        return min(self.won, self.leads - self.won) < FEW


def backtest(found: Outcomes, policy: ScoringPolicy) -> Report:
    pairs = scored(found, policy)
    whole = auc(pairs)
    if whole is None:
        told = "won" if found.won else "lost"
        hint = (
            "It takes winners and losers. Which value says won? Look at `won:` of the mapping, or at --won."
        )
        raise NoOutcomes(f"All {len(found.rows)} leads of the file were {told}.", hint)
    named, threshold = _threshold(policy, pairs)
    foretold = chances(pairs)
    rules = [*policy.totals, *policy.fit]
    events = list(policy.rules.values()) if found.dated else []
    had = [had_part(row, policy) for row in found.rows] if events else []
    return Report(
        leads=len(found.rows),
        won=found.won,
        without=found.without,
        auc=whole,
        threshold=at_threshold(pairs, threshold),
        named=named,
        tenths=tenths(pairs, foretold),
        brier=brier(pairs, foretold),
        scored=pairs,
        old=_old(found.rows, policy),
        old_scored=[(row.old, row.won) for row in found.rows if row.old is not None],
        rules=[
            *(_of_rule(rule, found.rows, policy, holds=True) for rule in rules),
            *(_of_events(rule, found.rows, had, holds=True) for rule in events),
        ],
        others={rule.name: _of_rule(rule, found.rows, policy, holds=False) for rule in rules}
        | {rule.name: _of_events(rule, found.rows, had, holds=False) for rule in events},
        cells=list(_cells(found.rows, policy)),
        months=list(_months(found.rows, policy)),
        leaks=_leaks(found, rules),
        silent=[
            *(() if found.dated else policy.rules),
            *(rule.name for rule in rules if rule.field and rule.field not in found.types),
        ],
        word=found.word,
        dated=found.dated,
        lost_as=found.others,
    )


def _leaks(found: Outcomes, rules: Sequence[FitRule]) -> list[Leak]:
    """What is known to have been written late is not guessed at."""
    read = _read(found, rules)
    late = late_leaks(found.rows, read)
    sure = {one.column for one in late}
    return [*late, *(one for one in leaks_of(found.rows, read) if one.column not in sure)]


def _threshold(policy: ScoringPolicy, pairs: Sequence[Scored]) -> tuple[str, float]:
    for stage in ("MQL", *policy.thresholds):
        if stage in policy.thresholds:
            return stage, policy.thresholds[stage]
    return "best", best_threshold(pairs)


def _old(rows: Sequence[Outcome], policy: ScoringPolicy) -> tuple[Auc, Auc] | None:
    there = [row for row in rows if row.old is not None]
    old = auc([(row.old or 0.0, row.won) for row in there])
    new = auc([(score(row, policy).total, row.won) for row in there])
    return (old, new) if old and new else None


def _of_rule(rule: FitRule, rows: Sequence[Outcome], policy: ScoringPolicy, *, holds: bool) -> Group:
    of_it = [row for row in rows if fits(rule, row.fields, policy) is holds]
    return Group(rule.name, len(of_it), sum(row.won for row in of_it), rule.points, why_it_fits(rule))


def _of_events(
    rule: PointRule, rows: Sequence[Outcome], had: Sequence[frozenset[str]], *, holds: bool
) -> Group:
    of_it = [row for row, parts in zip(rows, had, strict=True) if (rule.name in parts) is holds]
    return Group(
        rule.name, len(of_it), sum(row.won for row in of_it), rule.points, rule.says or rule.on.event
    )


def _cells(rows: Sequence[Outcome], policy: ScoringPolicy) -> Iterator[Group]:
    found: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in rows:
        if (at := cell(score(row, policy), policy)) is not None:
            found[at].append(row.won)
    for (name, meaning), won in sorted(found.items()):
        yield Group(name, len(won), sum(won), why=meaning)


def _months(rows: Sequence[Outcome], policy: ScoringPolicy) -> Iterator[Group]:
    """Whether it was as right lately as before."""
    found: dict[str, list[Scored]] = defaultdict(list)
    for row in rows:
        if row.month:
            found[row.month].append((score(row, policy).total, row.won))
    for month, pairs in sorted(found.items()):
        yield Group(month, len(pairs), sum(won for _, won in pairs), auc=auc(pairs))


def _read(found: Outcomes, rules: Sequence[FitRule]) -> Mapping[str, str]:
    """Field -> column, of those that the policy looks at."""
    fields = {rule.field for rule in rules if rule.field} | {
        name for name in found.types for rule in rules for line in rule.if_.lines if name in line
    }
    return {name: column for column, name in found.columns.fields.items() if name in fields}
