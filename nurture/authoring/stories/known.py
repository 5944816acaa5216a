"""What a decision of a story sees: the lead, and what her journeys add to her."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nurture.domain.facts import Facts
from nurture.domain.opt_in import UNSUBSCRIBED
from nurture.domain.replacing import replaced
from nurture.domain.surveys import counting

if TYPE_CHECKING:
    from nurture.authoring.stories.playing import Play


def seen(play: Play) -> Facts:
    journey, campaign = play.journey, play.campaign
    facts = play.lead.facts(play.now, journey.entered if journey else play.now)
    sends = counting(campaign, facts.sends, facts.zone)
    if facts.gone == UNSUBSCRIBED and journey and journey.asks_again:
        facts = replaced(facts, gone=None, asks_again=True)
    if _with_sales(play):
        handed = facts.handed or any(one.with_sales(campaign) for one in play.journeys)
        return replaced(facts, sends=sends, handed=handed, with_sales=True)
    return replaced(facts, sends=sends) if sends is not facts.sends else facts


def _with_sales(play: Play) -> bool:
    """A handoff or a task of hers is open, or somebody is to answer her."""
    if play.lead.with_sales or any(one.waits_for_sales(play.campaign) for one in play.journeys):
        return True
    return play.lead.replied is not None and bool(play.rules.sales.teams)
