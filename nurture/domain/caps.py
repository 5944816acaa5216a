"""How many marketing messages are enough: for one lead, in a time, over all channels or by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.preferences import NO_WISHES, OFTEN, Wishes
from nurture.domain.sending_policy import span_of
from nurture.domain.steps.send import MAIL, Send


class Message(NamedTuple):
    """A marketing message that the lead got."""

    at: datetime
    via: str = MAIL


@dataclass(frozen=True)
class Cap:
    period: str
    most: int
    via: str | None = None
    """The channel whose messages count; None: all."""
    asked: bool = False
    """Whether the lead herself wants no more."""

    def __str__(self) -> str:
        often = f"a {self.period}" if self.period in ("day", "week") else f"in {self.period}"
        asked = ", as she asked" if self.asked else ""
        return f"at most {self.most} {often}" + (f" by {self.via}" if self.via else "") + asked


@dataclass(frozen=True)
class Capped:
    until: datetime
    """When the oldest message that counts is out of the period."""
    cap: Cap


def via_of(step: Send) -> str:
    return step.via


def caps_of(
    step: Send, campaign: Campaign, dictionary: Dictionary, wishes: Wishes = NO_WISHES
) -> Sequence[Cap]:
    """Only stricter: of each period the smallest number that any place says, and what the lead has asked."""
    company, own, via = dictionary.sending, campaign.sending, via_of(step)
    for_all = [company.caps, own.caps, step.cap]
    found = [Cap(period, most) for period, most in _strictest(for_all).items()]
    if company.channels or own.channels:
        by_channel = _strictest([company.of(via).caps, own.of(via).caps])
        found += [Cap(period, most, via) for period, most in by_channel.items()]
    if wishes.often:
        found.append(Cap(OFTEN[wishes.often], 1, asked=True))
    return found


def _strictest(places: Sequence[Mapping[str, int]]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for caps in places:
        for period, most in caps.items():
            found[period] = min(most, found.get(period, most))
    return found


def longest(caps: Sequence[Cap]) -> timedelta:
    return max(span_of(cap.period) for cap in caps)


def capped(caps: Sequence[Cap], messages: Sequence[Message], now: datetime) -> Capped | None:
    """The cap that is full the longest. ``messages``: the lead's marketing messages, in order of time."""
    found = [full for cap in caps if (full := _full(cap, messages, now))]
    return max(found, key=lambda full: full.until, default=None)


def fills(caps: Sequence[Cap], messages: Sequence[Message], now: datetime, via: str) -> Capped | None:
    """The cap that one more message now, by ``via``, would fill, and until when."""
    return capped(caps, [*messages, Message(now, via)], now)


def _full(cap: Cap, messages: Sequence[Message], now: datetime) -> Capped | None:
    span = span_of(cap.period)
    inside = [one.at for one in messages if one.at > now - span and cap.via in (None, one.via)]
    if len(inside) < cap.most:
        return None
    return Capped((inside[-cap.most] if cap.most else now) + span, cap)
