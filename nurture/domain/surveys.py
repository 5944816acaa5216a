"""Which answers to a question count: how long it is open, and whether the first or the latest is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from nurture.domain.campaign import Campaign
from nurture.domain.facts import SendFact
from nurture.domain.steps.send import Send


def counting(campaign: Campaign, sends: Mapping[str, SendFact], zone: ZoneInfo) -> Mapping[str, SendFact]:
    """The sends with the answers that count. Campaigns without such questions get their sends back."""
    asked = {name: step for name, step in campaign.surveys.items() if name in sends}
    if not asked:
        return sends
    return {**sends, **{name: _counted(step, sends[name], zone) for name, step in asked.items()}}


def _counted(step: Send, send: SendFact, zone: ZoneInfo) -> SendFact:
    answers = list(send.answers)
    if step.open_for is not None:
        closes = step.open_for.after(send.at, zone)
        answers = [answer for answer in answers if answer[0] <= closes]
    return replace(send, answers=answers[:1] if step.counts == "first" else answers)
