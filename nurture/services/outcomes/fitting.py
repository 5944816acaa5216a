"""Points from outcomes: a logistic regression with few rules, each with the sign that its figures have, made
whole. Needs scikit-learn (``nurture[suggest]``); import it only where it is asked for."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from nurture.domain.backtest.measures import Auc, Scored, auc, best_threshold
from nurture.domain.scoring import ScoringPolicy, load_scoring, rounded
from nurture.domain.scoring.check_together import most_engagement, most_fit
from nurture.services.outcomes.candidates import Candidate, candidates
from nurture.services.outcomes.rows import Outcome, Outcomes
from nurture.services.outcomes.scoring import scored

MOST_RULES = 15
STRENGTHS = (1.0, 0.5, 0.25, 0.12, 0.06, 0.03, 0.015, 0.008, 0.004)
"""How freely rules may be chosen: the first that needs no more than MOST_RULES is taken."""
WHOLE = 100
"""All points together, before they are rounded."""
FEWEST_POINTS = 2
FOLDS = 5


@dataclass(frozen=True)
class Learned:
    doc: Mapping[str, Any]
    """A scoring policy."""
    rules: Mapping[str, Candidate]
    """By their names in it."""


@dataclass(frozen=True)
class Suggestion:
    learned: Learned
    seen: Auc
    """On the leads that it was learned from."""
    unseen: Auc
    """On leads that were not looked at: learned five times, each time without a fifth."""


def suggest(found: Outcomes) -> Suggestion:
    learned = learn(found)
    policy = load_scoring(learned.doc)
    unseen: list[Scored] = []
    for fold in range(FOLDS):
        rest = [row for place, row in enumerate(found.rows) if place % FOLDS != fold]
        part = load_scoring(learn(_of(found, rest)).doc)
        unseen += scored(_of(found, [row for at, row in enumerate(found.rows) if at % FOLDS == fold]), part)
    seen, other = auc(scored(found, policy)), auc(unseen)
    assert seen, "there are winners and losers"
    assert other, "of which no fold takes all"
    return Suggestion(learned, seen, other)


def _of(found: Outcomes, rows: Sequence[Outcome]) -> Outcomes:
    return Outcomes(rows, found.types, 0, found.columns)


def learn(found: Outcomes) -> Learned:
    chosen, weights = _chosen(candidates(found), found)
    doc, rules = _policy(chosen, weights)
    policy = load_scoring(doc)
    if doc.get("fit") and most_fit(policy) > (did := _engagement(policy)):
        doc["caps"] = {"fit": max(1, did)}
        policy = load_scoring(doc)
    doc["thresholds"] = {"MQL": rounded(best_threshold(scored(found, policy)))}
    return Learned(doc, rules)


def _engagement(policy: ScoringPolicy) -> int:
    return most_engagement(policy) or 0


def _chosen(all_of: Sequence[Candidate], found: Outcomes) -> tuple[list[Candidate], list[float]]:
    """At most MOST_RULES, each with its weight, which has the sign that it must have."""
    won = [row.won for row in found.rows]
    holds = {one: np.array([one.holds(row.fields) for row in found.rows], float) for one in all_of}
    left = list(all_of)
    for strength in STRENGTHS:
        left = _agreeing(list(all_of), holds, won, strength, lasso=True)
        if len(left) <= MOST_RULES:
            break
    left = _agreeing(left[:MOST_RULES], holds, won, 1.0, lasso=False)
    return left, _weights(left, holds, won, 1.0, lasso=False)


def _agreeing(
    left: list[Candidate],
    holds: Mapping[Candidate, Any],
    won: Sequence[bool],
    strength: float,
    *,
    lasso: bool,
) -> list[Candidate]:
    """Those whose weight has the right sign beside the others', dropping the others step by step."""
    while left:
        weights = _weights(left, holds, won, strength, lasso=lasso)
        kept = [one for one, weight in zip(left, weights, strict=True) if weight * one.sign > 1e-6]
        if len(kept) == len(left):
            break
        left = kept
    return left


def _weights(
    left: Sequence[Candidate],
    holds: Mapping[Candidate, Any],
    won: Sequence[bool],
    strength: float,
    *,
    lasso: bool,
) -> list[float]:
    if not left:
        return []
    table = np.column_stack([holds[one] for one in left])
    kind: Any = {"l1_ratio": 1.0, "solver": "liblinear"} if lasso else {}
    model = LogisticRegression(C=strength, max_iter=500, random_state=0, **kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(table, [int(one) for one in won])
    return [float(weight) for weight in model.coef_[0]]


def _policy(
    chosen: Sequence[Candidate], weights: Sequence[float]
) -> tuple[dict[str, Any], dict[str, Candidate]]:
    """The heaviest rules first; those that come to no point are left out."""
    whole = sum(weight for weight in weights if weight > 0) or 1.0
    doc: dict[str, Any] = {}
    rules: dict[str, Candidate] = {}
    for one, weight in sorted(zip(chosen, weights, strict=True), key=lambda pair: -abs(pair[1])):
        points = rounded(WHOLE * weight / whole)
        if abs(points) < FEWEST_POINTS:
            continue
        name = one.name
        while name in rules:
            name += "-2"
        rules[name] = one
        spec = {"field": one.field, one.test: one.wanted, "points": points}
        doc.setdefault(one.part, {})[name] = spec
    return doc, rules
