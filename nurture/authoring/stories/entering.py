"""The lead of a story comes to a stage by herself, as the relay of the engine lets her."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nurture.domain.replacing import replaced

if TYPE_CHECKING:
    from nurture.authoring.stories.lead import PlayedLead
    from nurture.authoring.stories.playing import Play

EVER = datetime.fromtimestamp(0, UTC)
INSTANT = timedelta(microseconds=1)
CREATED = "event:lead.created"


def enter_stage(play: Play, news: Collection[str]) -> None:
    """``news``: what has changed of her."""
    lead, asks = play.lead, play.rules.conditions
    lifecycle = play.rules.dictionary.lifecycle
    asked = {"stage", CREATED}.union(*(asks.reads(one) for one in lifecycle.entries.values()))
    if asked.isdisjoint(news):
        return
    facts = replaced(lead.facts(play.now, play.now), entered=_since(lead))
    stage = lifecycle.entered(lead.stage, lambda condition: asks.ask(condition, facts).holds)
    if stage is not None and lead.reach(stage, play.now):
        play.say("stage", stage)


def _since(lead: PlayedLead) -> datetime:
    """As the engine has it: since she is at her stage; ever, if she was at no other."""
    moved = [one.at for one in lead.events if one.type == "stage.changed"]
    return max(moved) + INSTANT if moved else EVER
