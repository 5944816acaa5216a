"""``stage``: moves the lead to a lifecycle stage."""

from __future__ import annotations

from dataclasses import replace

from nurture.domain.actions.action import Action
from nurture.domain.facts import Facts
from nurture.domain.keys import Key, Kind


def _apply(facts: Facts, value: str) -> Facts:
    return replace(facts, stage=value)


ACTION = Action(
    Key(Kind.STAGE, "the stage to move the lead to", says="move to the stage {}"), _apply, crm=True
)
