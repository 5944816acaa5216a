"""A person wrote back: what the company wants of its campaigns until somebody has answered them."""

from __future__ import annotations

from datetime import datetime

from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.durations import Duration
from nurture.domain.facts import Facts

GO_ON, HOLD, HOLD_COMPANY = "go-on", "hold", "hold-company"
ON_REPLY = (HOLD, HOLD_COMPANY, GO_ON)
HOLD_FOR = Duration(14, "days")
TASK = "reply"
"""What the task of somebody's answer is called."""
WHY = "she wrote back, and nobody has answered her yet"


def on_reply(campaign: Campaign, dictionary: Dictionary) -> str:
    return campaign.sending.on_reply or dictionary.sending.on_reply or HOLD


def hold_for(campaign: Campaign, dictionary: Dictionary) -> Duration:
    return campaign.sending.reply_hold or dictionary.sending.reply_hold or HOLD_FOR


def held_until(campaign: Campaign, dictionary: Dictionary, facts: Facts) -> datetime | None:
    """Until when no marketing message goes out for a reply that nobody has answered."""
    if facts.replied is None or on_reply(campaign, dictionary) == GO_ON:
        return None
    until = hold_for(campaign, dictionary).after(facts.replied, facts.zone)
    return until if until > facts.now else None
