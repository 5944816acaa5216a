"""What an event is worth on the day when it is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.domain.dictionary import Happening
from nurture.domain.own_events import OWN
from nurture.domain.scoring.policy import PointRule, ScoringPolicy

NEVER_SCORED = tuple(kind for kind, own in OWN.items() if not own.scores)
"""Machines open mails as people do; and what we do ourselves says nothing of the lead."""


def points_for(
    event_type: str,
    data: Mapping[str, object],
    policy: ScoringPolicy,
    happenings: Mapping[str, Happening],
) -> list[tuple[str, float]]:
    """What an event that is judged a person's is worth: (rule, points)."""
    if event_type in NEVER_SCORED:
        return []
    return [
        (rule.name, rule.points * _factor(rule, data))
        for rule in policy.rules.values()
        if happenings.get(rule.on.event, rule.on).matches(event_type, data) and rule.on.says(data)
    ]


def _factor(rule: PointRule, data: Mapping[str, object]) -> float:
    """Of several that fit the strongest counts, whatever their order in the file."""
    fitting = [one.factor for one in rule.times if Happening("", "", {one.key: one.pattern}).says(data)]
    return max(fitting, default=1)
