"""The score at an instant: dated points, faded, with bonuses for coming back, caps, a loss for silence."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from math import floor, fsum

from nurture.domain.facts import Value
from nurture.domain.scoring.fit import fit, fits, holds
from nurture.domain.scoring.policy import ScoringPolicy

DAY = timedelta(days=1)
MOST_ENTRIES = 2000
"""Of one lead that count, the latest: a flood of events must not make a score slow."""
SILENCE = "silence"


@dataclass(frozen=True)
class Entry:
    """Points that a lead got, under a rule's name or ``step NAME`` of a campaign."""

    rule: str
    points: float
    at: datetime
    bonus: bool = False
    """For coming back; never stored, always reckoned from the others."""


@dataclass(frozen=True)
class Score:
    engagement: int
    fit: int

    @property
    def total(self) -> int:
        return self.engagement + self.fit


def total(
    entries: Iterable[Entry],
    policy: ScoringPolicy,
    now: datetime,
    fields: Mapping[str, Value] | None = None,
) -> Score:
    """The score at an instant. ``fields`` left out: without fit."""
    dated = counted(entries, policy, fields or {})
    points = [(one.rule, faded(one.points, now - one.at, half_life_of(one, policy))) for one in dated]
    if policy.totals and fields:
        points += [(rule.name, float(rule.points)) for rule in policy.totals if fits(rule, fields, policy)]
    engagement = fsum([point for _, point in points] + [over for _, over, _ in over_caps(points, policy)])
    engagement *= share_left(dated, policy, now) if engagement > 0 else 1
    return Score(rounded(engagement), fit(fields, policy) if fields else 0)


def scores(
    entries: Sequence[Entry], policy: ScoringPolicy, now: datetime, fields: Mapping[str, Value]
) -> dict[str, int]:
    """The further scores of the policy, such as one per product, by name."""
    return {name: total(entries, part, now, fields).total for name, part in policy.scores.items()}


def counted(entries: Iterable[Entry], policy: ScoringPolicy, fields: Mapping[str, Value]) -> list[Entry]:
    """Those that count for this policy and this lead, with the bonuses."""
    kept = list(entries)
    if len(kept) > MOST_ENTRIES:
        kept = nlargest(MOST_ENTRIES, kept, key=lambda one: (one.at, one.rule, one.points))
    if policy.only:
        kept = [one for one in kept if one.rule in policy.rules]
    if policy.conditional and kept:
        out = {rule.name for rule in policy.conditional if not holds(rule.if_, fields, policy)}
        kept = [one for one in kept if one.rule not in out] if out else kept
    return [*kept, *bonuses(kept, policy)] if policy.repeating else kept


def bonuses(entries: Iterable[Entry], policy: ScoringPolicy) -> Iterator[Entry]:
    """One for each time that a lead came back often enough, dated when it was; no visit counts for two."""
    found = list(entries)
    for rule in policy.repeating:
        assert rule.again is not None
        recent: deque[datetime] = deque()
        for at in sorted(one.at for one in found if one.rule == rule.name):
            recent.append(at)
            while at - recent[0] > rule.again.within:
                recent.popleft()
            if len(recent) == rule.again.times:
                yield Entry(rule.name, rule.again.points, at, bonus=True)
                recent.clear()


def rounded(points: float) -> int:
    """The one place where points become whole; halves go up."""
    return floor(points + 0.5)


def faded(points: float, age: timedelta, half_life: timedelta) -> float:
    """An event from the near future, of a clock that is a little fast, counts as of now."""
    return points * float(2.0 ** -(max(age, timedelta()) / half_life))


def half_life_of(entry: Entry, policy: ScoringPolicy) -> timedelta:
    rule = policy.rules.get(entry.rule)
    return rule.half_life if rule else policy.half_life


def share_left(entries: Iterable[Entry], policy: ScoringPolicy, now: datetime) -> float:
    """What silence has left of the engagement: 1 as long as it was not too long."""
    silence = policy.inactivity
    latest = max((one.at for one in entries if one.points > 0), default=None) if silence else None
    if silence is None or latest is None:
        return 1.0
    return faded(1.0, now - latest - silence.after, silence.half_life)


def over_caps(points: Sequence[tuple[str, float]], policy: ScoringPolicy) -> Iterator[tuple[str, float, str]]:
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
    taken = 0.0
    for name, over, why in _over_groups(sums, policy) if policy.groups else ():
        taken += over
        yield name, over, why
    most, together = policy.caps.get("engagement"), fsum(sums.values()) + taken
    if most is not None and together > most:
        yield "engagement", most - together, f"engagement counts {most} at most"


def _over_groups(sums: Mapping[str, float], policy: ScoringPolicy) -> Iterator[tuple[str, float, str]]:
    """A group bounds what its rules give; what they take is not hidden behind it."""
    for group, most in sorted(policy.groups.items()):
        of_it = (rule.name for rule in policy.rules.values() if rule.group == group)
        together = fsum(sums[name] for name in of_it if sums.get(name, 0) > 0)
        if together > most:
            yield group, most - together, f"{group} counts {most} at most, all its rules together"
