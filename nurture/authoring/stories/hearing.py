"""What has happened to the lead of a story is told to her journeys, as the relay of the engine does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nurture.authoring.stories.entering import enter_stage
from nurture.domain.waking import woken
from nurture.domain.walk import listens

if TYPE_CHECKING:
    from nurture.authoring.stories.journey import Journey
    from nurture.authoring.stories.playing import Play


def hear(play: Play) -> None:
    """What she has done, and what a journey has changed: who listens for it decides anew."""
    news, play.lead.news = play.lead.news, set()
    if play.rules.dictionary.lifecycle.entries:
        enter_stage(play, news)
    for journey in [journey for journey in play.journeys if journey.open]:
        play.take_up(journey)
        journey.asked = None
        if not (journey.woken or _listens(play, journey, news)):
            continue
        journey.woken = False
        decided = play.walk(journey, None)
        if decided.moved:
            play.take(journey, decided)
        else:
            journey.asked = len(play.lead.events)


def _listens(play: Play, journey: Journey, news: set[str]) -> bool:
    found = listens(play.campaign, journey.position)
    return bool(news) and woken(play.rules.conditions, found, news, play.facts)
