"""Every name under which a journey of a campaign can end."""

from __future__ import annotations

from nurture.domain.campaign import Campaign
from nurture.domain.chance import HOLDOUT

FINISHED = "finished"
"""Past the last line."""
ALWAYS = ("customer", "unsubscribed", "complained", "bounced", "erased", FINISHED, "left", "replaced")
"""Outcomes that every campaign has. ``left``: another campaign took the lead out; ``replaced``: one of
higher priority took her place."""
NOT_AUDIENCE = "not-audience"


def outcomes(campaign: Campaign) -> frozenset[str]:
    own = {name for step in campaign.steps.values() for name in step.outcomes}
    own |= {leave.outcome for leave in campaign.leave}
    if campaign.audience:
        own.add(NOT_AUDIENCE)
    if campaign.holdout:
        own.add(HOLDOUT)
    return frozenset(own.union(ALWAYS))
