"""Whether a mail of a story goes out now, later or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.effects import Result
from nurture.domain.position import Position
from nurture.domain.sending import capped, caps_of, window_of, within_of
from nurture.domain.steps.send import Send
from nurture.domain.windows import ANY_TIME

MARKETING = "marketing"


@dataclass(frozen=True)
class Held:
    until: datetime
    reason: str


@dataclass(frozen=True)
class Gate:
    campaign: Campaign
    dictionary: Dictionary
    zone: ZoneInfo
    mails: Sequence[datetime]
    """The marketing mails that the lead has got."""

    def judge(self, step: Send, position: Position, now: datetime) -> Result | Held:
        within = within_of(step, self.campaign, self.dictionary)
        if now - position.planned > within.span():
            return Result("skipped", now, f"later than {within}")
        if (opens := self._opens(step, now)) > now:
            return Held(opens, f"{step.name}: held, the window is shut")
        caps = caps_of(self.campaign, self.dictionary)
        if step.kind == MARKETING and (cap := capped(caps, self.mails, now)):
            reason = f"{step.name}: held, at most {cap.most} a {cap.period}"
            return Held(self._opens(step, cap.until), reason)
        return Result("sent", now)

    def _opens(self, step: Send, now: datetime) -> datetime:
        name = window_of(step, self.campaign, self.dictionary)
        if name is None or name == ANY_TIME:
            return now
        return self.dictionary.windows[name].opens(now, self.zone)
