"""``leave``: takes the lead out of another campaign; her journeys there end as ``left``."""

from __future__ import annotations

from nurture.domain.actions.action import Action
from nurture.domain.facts import Facts
from nurture.domain.keys import Key, Kind


def _apply(facts: Facts, _campaign: str) -> Facts:
    return facts


ACTION = Action(
    Key(Kind.CAMPAIGN, "the campaign to take the lead out of", says="take her out of {}"), _apply, crm=False
)
