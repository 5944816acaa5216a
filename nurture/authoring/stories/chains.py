"""The end of a journey in a story, told to whoever waits for it: this campaign, and others that it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nurture.domain.enrolment import unfit

if TYPE_CHECKING:
    from nurture.authoring.stories.playing import Play

ENDED = "journey.ended"


def tell_end(play: Play, outcome: str) -> None:
    """Where the dictionary has a happening of it, as the engine does."""
    rules, name = play.rules, play.campaign.name
    if ENDED not in rules.dictionary.heard:
        return
    data = {"campaign": name, "outcome": outcome}
    if stage := play.lead.own(ENDED, play.now, data):
        play.say("stage", stage)
    for other, campaign in rules.others.items():
        if other == name or not campaign.enrol.opened_by(ENDED, data, rules.dictionary.happenings):
            continue
        wanted = (("audience", campaign.audience), ("enrol.if", campaign.enrol.if_))
        if (
            play.lead.gone is None
            and unfit(rules.conditions, play.lead.facts(play.now, play.now), wanted) is None
        ):
            play.say("enrols", other)
