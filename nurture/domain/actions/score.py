"""``score``: points by hand of the campaign, dated and named after the step."""

from __future__ import annotations

from dataclasses import replace

from nurture.domain.actions.action import Action
from nurture.domain.facts import Facts
from nurture.domain.keys import Key, Kind


def _apply(facts: Facts, points: int) -> Facts:
    return replace(facts, score=facts.score + points, engagement=facts.engagement + points)


ACTION = Action(Key(Kind.POINTS, "points to add, or to take with a minus", says="{}"), _apply, crm=True)
