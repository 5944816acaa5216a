"""When one mail may go out: how late is too late, which window counts, and how many are enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.durations import Duration
from nurture.domain.steps.send import Send

PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7)}
LATE_AFTER = Duration(7, "days")


@dataclass(frozen=True)
class Capped:
    until: datetime
    """When the oldest mail that counts is out of the period."""
    period: str
    most: int


def window_of(step: Send, campaign: Campaign, dictionary: Dictionary) -> str | None:
    """The nearest wins."""
    return step.window or campaign.sending.window or dictionary.sending.window


def within_of(step: Send, campaign: Campaign, dictionary: Dictionary) -> Duration:
    return step.within or campaign.sending.within or dictionary.sending.within or LATE_AFTER


def caps_of(campaign: Campaign, dictionary: Dictionary) -> Mapping[str, int]:
    """Only stricter: the smaller of the company's and the campaign's."""
    company, own = dictionary.sending.caps, campaign.sending.caps
    both = {**company, **own}
    return {
        period: min(both[period], company.get(period, both[period])) for period in both if period in PERIODS
    }


def capped(caps: Mapping[str, int], mails: Sequence[datetime], now: datetime) -> Capped | None:
    """``mails``: when the marketing mails of the lead were sent, in order of time."""
    for period, most in caps.items():
        inside = [at for at in mails if at > now - PERIODS[period]]
        if len(inside) >= most:
            return Capped(inside[-most] + PERIODS[period], period, most)
    return None
