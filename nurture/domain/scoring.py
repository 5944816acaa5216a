"""The score: dated points for what a lead did, fading by half-lives, and points for who the lead is.

``policies/scoring.yaml``. Nothing here depends on the order in which events arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from math import floor, fsum
from typing import Any

from nurture.domain.dictionary import Happening
from nurture.domain.durations import parse_duration
from nurture.domain.facts import Value
from nurture.domain.own_events import OWN
from nurture.domain.stages import PATH

NEVER_SCORED = tuple(kind for kind, own in OWN.items() if not own.scores)
"""Machines open mails as people do; and what we do ourselves says nothing of the lead."""
HALF_LIFE = timedelta(days=30)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class PointRule:
    name: str
    on: Happening
    points: int
    half_life: timedelta
    cap: int | None = None
    """The most that this rule counts at any time, after fading; of negative points the least."""


@dataclass(frozen=True)
class FitRule:
    name: str
    field: str
    points: int
    test: str
    """A word of TESTS."""
    wanted: Any


@dataclass(frozen=True)
class ScoringPolicy:
    rules: Mapping[str, PointRule] = field(default_factory=dict)
    fit: tuple[FitRule, ...] = ()
    thresholds: Mapping[str, int] = field(default_factory=dict)
    """Stage -> the total at which a lead gets there."""
    half_life: timedelta = HALF_LIFE
    """Of points whose rule says nothing, such as those a campaign gives."""
    caps: Mapping[str, int] = field(default_factory=dict)
    """``engagement`` and ``fit`` -> the most that all rules together count."""


@dataclass(frozen=True)
class Entry:
    """Points that a lead got, under a rule's name or ``step NAME`` of a campaign."""

    rule: str
    points: float
    at: datetime


@dataclass(frozen=True)
class Score:
    engagement: int
    fit: int

    @property
    def total(self) -> int:
        return self.engagement + self.fit


@dataclass(frozen=True)
class ScoreLine:
    """One line of an explanation. The ``now`` of all lines add up to the score, but for the rounding."""

    rule: str
    at: datetime | None
    then: float
    now: float
    why: str


def load_scoring(doc: Mapping[str, Any]) -> ScoringPolicy:
    """From the document of a published policy, which the checker has passed."""
    usual = parse_duration(str(doc["half_life"])).span() if "half_life" in doc else HALF_LIFE
    return ScoringPolicy(
        rules={name: _rule(name, spec, usual) for name, spec in doc.get("rules", {}).items()},
        fit=tuple(_fit_rule(name, spec) for name, spec in doc.get("fit", {}).items()),
        thresholds={stage: int(points) for stage, points in doc.get("thresholds", {}).items()},
        half_life=usual,
        caps={kind: int(most) for kind, most in doc.get("caps", {}).items()},
    )


def points_for(
    event_type: str,
    data: Mapping[str, object],
    policy: ScoringPolicy,
    happenings: Mapping[str, Happening],
) -> list[tuple[str, int]]:
    """What an event that is judged a person's is worth: (rule, points)."""
    if event_type in NEVER_SCORED:
        return []
    return [
        (rule.name, rule.points)
        for rule in policy.rules.values()
        if happenings.get(rule.on.event, rule.on).matches(event_type, data) and _matches(rule.on, data)
    ]


def fit(fields: Mapping[str, Value], policy: ScoringPolicy) -> int:
    most = policy.caps.get("fit")
    points = sum(rule.points for rule in policy.fit if _fits(rule, fields))
    return points if most is None else min(points, most)


def total(
    entries: Iterable[Entry],
    policy: ScoringPolicy,
    now: datetime,
    fields: Mapping[str, Value] | None = None,
) -> Score:
    """The score at an instant. ``fields`` left out: without fit."""
    points = [
        (entry.rule, faded(entry.points, now - entry.at, _half_life(entry, policy))) for entry in entries
    ]
    engagement = rounded(
        fsum([point for _, point in points] + [over for _, over, _ in _over(points, policy)])
    )
    return Score(engagement, fit(fields, policy) if fields else 0)


def explain(
    entries: Iterable[Entry], fields: Mapping[str, Value], policy: ScoringPolicy, now: datetime
) -> list[ScoreLine]:
    """Every point, the newest first, then caps, then fit."""
    lines = list(_engagement(entries, policy, now))
    dated = sorted((line for line in lines if line.at), key=lambda line: (line.at, line.rule), reverse=True)
    capped = [line for line in lines if not line.at]
    suits = [
        ScoreLine(
            rule.name,
            None,
            rule.points,
            rule.points,
            f"{rule.field} {rule.test.replace('_', ' ')} {_told(rule)}".strip(),
        )
        for rule in policy.fit
        if _fits(rule, fields)
    ]
    over = fit(fields, policy) - sum(rule.points for rule in policy.fit if _fits(rule, fields))
    if over:
        suits.append(ScoreLine("fit", None, 0, over, f"fit counts {policy.caps['fit']} at most"))
    return [*dated, *capped, *suits]


def crossed(before: int, after: int, policy: ScoringPolicy) -> str | None:
    """The furthest stage whose threshold lies between two totals."""
    passed = [stage for stage, points in policy.thresholds.items() if before < points <= after]
    return max(passed, key=PATH.index, default=None)


def rounded(points: float) -> int:
    """The one place where points become whole; halves go up."""
    return floor(points + 0.5)


def faded(points: float, age: timedelta, half_life: timedelta) -> float:
    """An event from the near future, of a clock that is a little fast, counts as of now."""
    return points * float(2.0 ** -(max(age, timedelta()) / half_life))


def _engagement(entries: Iterable[Entry], policy: ScoringPolicy, now: datetime) -> Iterator[ScoreLine]:
    points: list[tuple[str, float]] = []
    for entry in entries:
        half_life = _half_life(entry, policy)
        left = faded(entry.points, now - entry.at, half_life)
        points.append((entry.rule, left))
        why = _why(policy.rules.get(entry.rule), half_life, entry)
        yield ScoreLine(entry.rule, entry.at, entry.points, left, why)
    for name, over, why in _over(points, policy):
        yield ScoreLine(name, None, 0, over, why)


def _half_life(entry: Entry, policy: ScoringPolicy) -> timedelta:
    rule = policy.rules.get(entry.rule)
    return rule.half_life if rule else policy.half_life


def _over(points: Sequence[tuple[str, float]], policy: ScoringPolicy) -> Iterator[tuple[str, float, str]]:
    """What the caps take off the faded points: (rule, how much, why)."""
    by_rule: dict[str, list[float]] = defaultdict(list)
    for name, point in points:
        by_rule[name].append(point)
    sums = {name: fsum(of) for name, of in by_rule.items()}
    for name, of in sorted(sums.items()):
        rule = policy.rules.get(name)
        cap = rule.cap if rule else None
        if cap is not None and abs(of) > cap:
            sums[name] = cap if of > 0 else -cap
            yield name, sums[name] - of, f"{name} counts {cap} at most"
    most, together = policy.caps.get("engagement"), fsum(sums.values())
    if most is not None and together > most:
        yield "engagement", most - together, f"engagement counts {most} at most"


def _why(rule: PointRule | None, half_life: timedelta, entry: Entry) -> str:
    fades = f"halves every {half_life / DAY:g} days"
    if rule:
        return f"{rule.on.event}, {fades}"
    known = entry.rule.startswith("step ")
    return f"given by a campaign, {fades}" if known else f"no rule of the policy any more, {fades}"


def _rule(name: str, spec: Mapping[str, Any], usual: timedelta) -> PointRule:
    match = {key: str(value) for key, value in spec.get("match", {}).items()}
    return PointRule(
        name=name,
        on=Happening(name, spec["on"], match),
        points=int(spec["points"]),
        half_life=parse_duration(str(spec["half_life"])).span() if "half_life" in spec else usual,
        cap=int(spec["cap"]) if "cap" in spec else None,
    )


def _matches(on: Happening, data: Mapping[str, object]) -> bool:
    """The rule's own ``match``, beside the happening's."""
    return on.matches(on.event, data)


def _fit_rule(name: str, spec: Mapping[str, Any]) -> FitRule:
    test = next(word for word in TESTS if word in spec)
    return FitRule(name, spec["field"], int(spec["points"]), test, spec[test])


def _fits(rule: FitRule, fields: Mapping[str, Value]) -> bool:
    value = fields.get(rule.field)
    if rule.test == "known":
        return bool((value is not None) == rule.wanted)
    return value is not None and TESTS[rule.test](value, rule.wanted)


def _told(rule: FitRule) -> str:
    if isinstance(rule.wanted, list):
        return ", ".join(map(str, rule.wanted))
    return {True: "yes", False: "no"}.get(rule.wanted, str(rule.wanted)) if rule.test != "known" else ""


def _same(value: Value, wanted: Any) -> bool:
    """Texts are compared without regard to case."""
    if isinstance(value, str):
        return value.casefold() == str(wanted).casefold()
    return bool(value == wanted)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": _same,
    "in": lambda value, wanted: any(_same(value, one) for one in wanted),
    "like": lambda value, wanted: fnmatchcase(str(value).casefold(), str(wanted).casefold()),
    "at_least": lambda value, wanted: _is_number(value) and value >= wanted,
    "at_most": lambda value, wanted: _is_number(value) and value <= wanted,
    "known": lambda value, wanted: (value is not None) == wanted,
}
"""What a fit rule asks of its field."""
