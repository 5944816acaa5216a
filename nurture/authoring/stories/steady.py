"""Whether a decision that nothing has happened to since still stands, without asking again."""

from __future__ import annotations

from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Asks
from nurture.domain.position import Position
from nurture.domain.walk import listens


def steady(campaign: Campaign, asks: Asks, position: Position) -> bool:
    """Whether time alone can move nobody at ``position``, who is about to do the effect of its step."""
    step = campaign.steps[position.step]
    if step.if_ or step.unless or any(rule.again for rule in campaign.rules):
        return False
    return not any("time" in asks.reads(one.condition) for one in listens(campaign, position))
