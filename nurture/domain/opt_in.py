"""Who has unsubscribed and asks for mail again: she gets the question whether she means it, and nothing else,
until its answer lifts what she said before. The latest word of a person counts."""

from __future__ import annotations

from nurture.domain.campaign import Campaign

UNSUBSCRIBED = "unsubscribed"
NOT_CONFIRMED = "unsubscribed, and has not confirmed yet that she wants mail again"
ASKING = "form.submitted"
"""The one event that a person sends herself: what a program tells of her, such as the end of her contract,
asks for nothing."""


def asks_again(campaign: Campaign, gone: str | None, event: str) -> bool:
    """Whether this event, which opens the campaign, lets in who is gone: a form that she has sent herself."""
    return gone == UNSUBSCRIBED and bool(campaign.opt_ins) and event == ASKING


def consents(campaign: Campaign, step: str, answer: str) -> bool:
    return campaign.opt_ins.get(step) == answer
