"""Every point of a score, with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import fsum

from nurture.domain.facts import Value
from nurture.domain.scoring.engagement import (
    DAY,
    SILENCE,
    Entry,
    counted,
    faded,
    half_life_of,
    over_caps,
    share_left,
)
from nurture.domain.scoring.fit import fit, fits, why_it_fits
from nurture.domain.scoring.policy import ScoringPolicy


@dataclass(frozen=True)
class ScoreLine:
    """One line of an explanation. The ``now`` of all lines add up to the score, but for the rounding."""

    rule: str
    at: datetime | None
    then: float
    now: float
    why: str
    suits: bool = False
    """For who the lead is, not for what she did."""


def explain(
    entries: Iterable[Entry], fields: Mapping[str, Value], policy: ScoringPolicy, now: datetime
) -> list[ScoreLine]:
    """Every point, the newest first, then caps, then fit."""
    lines = list(_engagement(entries, fields, policy, now))
    dated = sorted((line for line in lines if line.at), key=lambda line: (line.at, line.rule), reverse=True)
    capped = [line for line in lines if not line.at]
    return [*dated, *capped, *_suits(fields, policy)]


def _suits(fields: Mapping[str, Value], policy: ScoringPolicy) -> Iterator[ScoreLine]:
    fitting = [rule for rule in policy.fit if fits(rule, fields, policy)]
    for rule in fitting:
        yield ScoreLine(rule.name, None, rule.points, rule.points, why_it_fits(rule), suits=True)
    if over := fit(fields, policy) - sum(rule.points for rule in fitting):
        yield ScoreLine("fit", None, 0, over, f"fit counts {policy.caps['fit']} at most", suits=True)


def _engagement(
    entries: Iterable[Entry], fields: Mapping[str, Value], policy: ScoringPolicy, now: datetime
) -> Iterator[ScoreLine]:
    points: list[tuple[str, float]] = []
    dated = counted(entries, policy, fields)
    for entry in dated:
        left = faded(entry.points, now - entry.at, half_life_of(entry, policy))
        points.append((entry.rule, left))
        yield ScoreLine(entry.rule, entry.at, entry.points, left, _why(entry, policy))
    for rule in (rule for rule in policy.totals if fits(rule, fields, policy)):
        points.append((rule.name, rule.points))
        yield ScoreLine(rule.name, None, rule.points, rule.points, why_it_fits(rule))
    over = list(over_caps(points, policy))
    yield from (ScoreLine(name, None, 0, much, why) for name, much, why in over)
    together = fsum([point for _, point in points] + [much for _, much, _ in over])
    lost = together * (share_left(dated, policy, now) - 1) if together > 0 else 0
    if lost and policy.inactivity:
        latest = max(entry.at for entry in dated if entry.points > 0)
        why = f"nothing heard for {(now - latest) // DAY} days: halves every "
        yield ScoreLine(SILENCE, None, 0, lost, f"{why}{policy.inactivity.half_life / DAY:g} days")


def _why(entry: Entry, policy: ScoringPolicy) -> str:
    rule = policy.rules.get(entry.rule)
    fades = f"halves every {half_life_of(entry, policy) / DAY:g} days"
    if rule and entry.bonus and rule.again:
        return f"came back {rule.again.times} times in {rule.again.within / DAY:g} days, {fades}"
    if rule:
        return f"{rule.says or rule.on.event}, {fades}"
    known = entry.rule.startswith("step ")
    return f"given by a campaign, {fades}" if known else f"no rule of the policy any more, {fades}"
