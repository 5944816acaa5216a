"""What an event is worth on the day when it is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.domain.dictionary import Happening
from nurture.domain.own_events import OWN
from nurture.domain.scoring.policy import PointRule, ScoringPolicy

NEVER_SCORED = tuple(kind for kind, own in OWN.items() if not own.scores)
"""Machines open mails as people do; and what we do ourselves says nothing of the lead."""


class Worth:
    """The rules of a policy by the events that they are on: made once, and asked of every event."""

    def __init__(self, policy: ScoringPolicy, happenings: Mapping[str, Happening]) -> None:
        self.happenings = happenings
        self._rules: dict[str, list[tuple[PointRule, tuple[Happening, ...]]]] = {}
        for rule in policy.rules.values():
            named = happenings.get(rule.on.event, rule.on)
            both = (rule.on,) if named is rule.on else (named, rule.on)
            must = tuple(one for one in both if one.match)
            if named.event not in NEVER_SCORED:
                self._rules.setdefault(named.event, []).append((rule, must))

    @property
    def types(self) -> list[str]:
        """Of events that may be worth something."""
        return sorted(self._rules)

    def of(self, event_type: str, data: Mapping[str, object]) -> list[tuple[str, float]]:
        """What an event that is judged a person's is worth: (rule, points)."""
        return [
            (rule.name, rule.points * _factor(rule, data))
            for rule, must in self._rules.get(event_type, ())
            if all(one.says(data) for one in must)
        ]


def points_for(
    event_type: str,
    data: Mapping[str, object],
    policy: ScoringPolicy,
    happenings: Mapping[str, Happening],
) -> list[tuple[str, float]]:
    """``worth`` of one event."""
    return worth(policy, happenings).of(event_type, data)


def worth(policy: ScoringPolicy, happenings: Mapping[str, Happening]) -> Worth:
    """Kept with the policy: a policy is asked with the same happenings again and again."""
    kept: Worth | None = policy.prepared.get(Worth)
    if kept is None or kept.happenings is not happenings:
        kept = policy.prepared[Worth] = Worth(policy, happenings)
    return kept


def _factor(rule: PointRule, data: Mapping[str, object]) -> float:
    """Of several that fit the strongest counts, whatever their order in the file."""
    if not rule.times:
        return 1
    fitting = [one.factor for one in rule.times if Happening("", "", {one.key: one.pattern}).says(data)]
    return max(fitting, default=1)
