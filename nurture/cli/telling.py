"""What commands need to tell a campaign in words; apart from ``content``, because it loads the services."""

from __future__ import annotations

from nurture.authoring.content import Content
from nurture.authoring.explaining.tell import Tell
from nurture.domain.campaign import Campaign
from nurture.services.preview import inert_letterhead, subjects
from nurture.settings import load_settings


def tell_of(of: Content, campaign: Campaign) -> Tell:
    rules = of.rules()
    head = inert_letterhead(load_settings())
    seen = subjects(campaign, of.messages, rules.dictionary, head)
    return Tell(campaign, rules.dictionary, rules.conditions, seen)
