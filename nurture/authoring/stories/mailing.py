"""The mail of a step in a story: sent, held or left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nurture.authoring.stories.journey import Journey
from nurture.authoring.stories.sending import Gate, Held
from nurture.domain.caps import Message, via_of
from nurture.domain.effects import Result
from nurture.domain.facts import SendFact
from nurture.domain.replacing import replaced
from nurture.domain.steps.send import Send
from nurture.domain.walker import variant_of

if TYPE_CHECKING:
    from nurture.authoring.stories.playing import Play


def send(play: Play, journey: Journey, step: Send) -> Result | Held:
    gate = Gate(play.campaign, play.rules.dictionary, play.facts, play.mails, play.rivals)
    result = gate.judge(step, journey.position)
    if isinstance(result, Held):
        return result
    state = "sent" if result.what == "sent" else "skipped"
    play.lead.sends[step.name] = SendFact(step.name, journey.position.visit, state, play.now)
    if result.what == "sent":
        play.say("gets", step.name)
        result = _variant(play, journey, step, result)
        if step.kind == "marketing":
            play.mails.append(Message(play.now, via_of(step)))
    return result


def _variant(play: Play, journey: Journey, step: Send, result: Result) -> Result:
    message = step.message
    if step.variants:
        message = variant_of(step, play.campaign.name, journey.position, play.facts)
    return replaced(result, detail={"message": message})
