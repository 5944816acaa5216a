"""Who has unsubscribed and asks for mail again: she gets the question whether she means it, and nothing else,
until its answer lifts what she said before. The latest word of a person counts."""

from __future__ import annotations

from nurture.domain.campaign import Campaign
from nurture.domain.own_events import RESERVED

UNSUBSCRIBED = "unsubscribed"
NOT_CONFIRMED = "unsubscribed, and has not confirmed yet that she wants mail again"
NO_ASKING = RESERVED | {"page.viewed", "email.replied", "sms.replied"}
"""What Nurture makes itself, and what asks for nothing."""


def asks_again(campaign: Campaign, gone: str | None, event: str) -> bool:
    """Whether this event, which opens the campaign, lets in who is gone: a form that she has sent herself."""
    return gone == UNSUBSCRIBED and bool(campaign.opt_ins) and event not in NO_ASKING


def consents(campaign: Campaign, step: str, answer: str) -> bool:
    return campaign.opt_ins.get(step) == answer
