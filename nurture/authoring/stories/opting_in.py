"""The way back of who has unsubscribed, in a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nurture.domain.consent_policy import EXPRESS
from nurture.domain.opt_in import UNSUBSCRIBED, consents

if TYPE_CHECKING:
    from nurture.authoring.stories.playing import Play


def opts_in(play: Play, step: str, answer: str) -> None:
    """What she unsubscribed from is lifted, and her word is a consent; a complaint and a bounce stay."""
    counts = any(chosen == answer for _, chosen in play.facts.sends[step].answers)
    if not counts or not consents(play.campaign, step, answer):
        return
    if play.lead.gone == UNSUBSCRIBED:
        play.lead.gone = None
    play.lead.consents(EXPRESS, play.now)
