"""What a score comes to: a stage, a level, a grade, a cell of the matrix; and the score of an account."""

from __future__ import annotations

from collections.abc import Iterable

from nurture.domain.scoring.engagement import Score
from nurture.domain.scoring.policy import COLUMNS, LETTERS, ScoringPolicy
from nurture.domain.stages import LEVELS, PATH

COLD = LEVELS[-1]


def crossed(before: int, after: int, policy: ScoringPolicy) -> str | None:
    """The furthest stage whose threshold lies between two totals."""
    passed = [stage for stage, points in policy.thresholds.items() if before < points <= after]
    return max(passed, key=PATH.index, default=None)


def level(total: int, policy: ScoringPolicy, before: str = COLD) -> str:
    """How warm a lead is. Who was warmer before stays it until the total is ``back`` below, so that a score
    that goes up and down around a threshold is one crossing and not many."""
    for name in LEVELS[:-1]:
        least = policy.levels.get(name)
        if least is None:
            continue
        stays = before in LEVELS and LEVELS.index(before) <= LEVELS.index(name)
        if total >= least - (policy.back if stays else 0):
            return name
    return COLD


def grade(fit: int, policy: ScoringPolicy) -> str:
    """A to D by fit; empty where the policy has no grades."""
    if not policy.grades:
        return ""
    return next((one for one in LETTERS[:-1] if fit >= policy.grades.get(one, fit + 1)), LETTERS[-1])


def cell(score: Score, policy: ScoringPolicy) -> tuple[str, str] | None:
    """Where a lead stands in the matrix, and what that means: (``A1``, ``hand off``)."""
    if policy.matrix is None or not policy.grades:
        return None
    column = next(
        (at for at, least in enumerate(policy.matrix.bands, 1) if score.engagement >= least), COLUMNS
    )
    name = f"{grade(score.fit, policy)}{column}"
    return name, policy.matrix.meaning[name]


def account_score(totals: Iterable[int], policy: ScoringPolicy) -> int:
    """Of a company: its people's scores together, of its best ones only where the policy says how many."""
    ranked = sorted(totals, reverse=True)
    return sum(ranked if policy.best is None else ranked[: policy.best])
