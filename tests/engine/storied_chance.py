"""Ids for the leads of stories in the engine: what they draw hangs on them."""

from __future__ import annotations

from itertools import count
from uuid import NAMESPACE_OID, uuid5

from nurture.domain.campaign import Campaign
from nurture.domain.chance import draw, held_out
from nurture.domain.measures import shares_of


def id_like(campaign: Campaign, like: str, at: int) -> str:
    """Another id that draws the same at every test."""
    for number in count():
        found = str(uuid5(NAMESPACE_OID, f"life {at} {number}"))
        if _draws(campaign, found) == _draws(campaign, like):
            return found
    raise AssertionError("ids do not run out")


def _draws(campaign: Campaign, lead: str) -> list[object]:
    out = bool(campaign.holdout) and held_out(campaign.holdout, campaign.name, lead)
    tests = campaign.tests.items()
    return [out, *(draw(shares_of(test), campaign.name, step, lead) for step, test in tests)]
