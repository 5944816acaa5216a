"""Whether a mail of a story goes out now, later or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nurture.domain.campaign import Campaign
from nurture.domain.caps import Message, capped, caps_of, fills, via_of
from nurture.domain.dictionary import Dictionary
from nurture.domain.effects import Result
from nurture.domain.facts import Facts
from nurture.domain.opt_in import NOT_CONFIRMED
from nurture.domain.position import Position
from nurture.domain.precedence import Rival, gives_way
from nurture.domain.preferences import pause_of, unwanted
from nurture.domain.replies import WHY, held_until
from nurture.domain.sending import MARKETING, opens, quiet, quiet_of, too_late, why_shut, within_of
from nurture.domain.steps.send import SMS, Send
from nurture.domain.with_sales import peace


@dataclass(frozen=True)
class Held:
    until: datetime
    reason: str
    certain: bool = False
    """Whether it cannot be over earlier."""
    peace: bool = False
    """Whether sales holds it: then it is not late for it."""


@dataclass(frozen=True)
class Gate:
    campaign: Campaign
    dictionary: Dictionary
    facts: Facts
    messages: Sequence[Message]
    """The marketing messages that the lead has got."""
    rivals: Sequence[Rival] = ()
    """Other campaigns that are going to send her one."""

    def judge(self, step: Send, position: Position) -> Result | Held:
        now = self.facts.now
        within = within_of(step, self.campaign, self.dictionary)
        if too_late(within, position.planned, self.facts):
            return Result("skipped", now, f"later than {within}")
        if step.via == SMS and self.facts.no_sms:
            return Result("skipped", now, "unsubscribed by text message")
        if self.facts.asks_again and not step.opt_in:
            return Result("skipped", now, NOT_CONFIRMED)
        if step.kind == MARKETING and (why := unwanted(self.campaign.topic, self.facts.wishes)):
            return Result("skipped", now, why)
        if (at := self._opens(step, now)) > now:
            if too_late(within, position.planned, self.facts, at):
                return Result("skipped", now, f"the window opens later than {within}")
            return Held(
                at, f"{step.name}: held, {why_shut(step, self.campaign, self.dictionary, self.facts)}"
            )
        held = self._enough(step) if step.kind == MARKETING else None
        if held and held.certain and too_late(within, position.planned, self.facts, held.until):
            return Result("skipped", now, f"held up for longer than {within}")
        return held or Result("sent", now)

    def _enough(self, step: Send) -> Held | None:
        if until := held_until(self.campaign, self.dictionary, self.facts):
            return Held(self._opens(step, until), f"{step.name}: held, {WHY}")
        if still := peace(self.facts):
            return Held(self._opens(step, still.until), f"{step.name}: held, {still.why}", peace=True)
        if still := pause_of(self.facts):
            return Held(self._opens(step, still.until), f"{step.name}: held, {still.why}")
        rules = quiet_of(self.campaign, self.dictionary)
        if silence := quiet(rules, self.dictionary, self.facts.events, self.facts):
            return Held(self._opens(step, silence.until), f"{step.name}: held, {silence.why}", True)
        caps = caps_of(step, self.campaign, self.dictionary, self.facts.wishes)
        if full := capped(caps, self.messages, self.facts.now):
            return Held(self._opens(step, full.until), f"{step.name}: held, {full.cap}", True)
        filled = fills(caps, self.messages, self.facts.now, via_of(step)) if self.rivals else None
        if other := gives_way(self.campaign.priority, self.rivals, filled, self.facts.now):
            return Held(self._opens(step, other.until), f"{step.name}: held, {other.why}")
        return None

    def _opens(self, step: Send, instant: datetime) -> datetime:
        return opens(step, self.campaign, self.dictionary, self.facts, instant)
