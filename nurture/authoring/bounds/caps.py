"""The caps that hold for every marketing message of a campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from nurture.domain.campaign import Campaign
from nurture.domain.caps import caps_of, via_of
from nurture.domain.dictionary import Dictionary
from nurture.domain.sending_policy import span_of
from nurture.domain.steps.send import Send

Caps = Mapping[timedelta, int]
"""In a time of this length -> at most so many."""


def common_caps(campaign: Campaign, dictionary: Dictionary, sends: Sequence[Send]) -> Caps:
    """Of each period the widest cap of any of them: a message without one is not held by the others'."""
    one_channel = len({via_of(step) for step in sends}) == 1
    of_each = [
        {
            cap.period: cap.most
            for cap in sorted(caps_of(step, campaign, dictionary), key=lambda cap: -cap.most)
            if cap.via is None or one_channel
        }
        for step in sends
    ]
    periods = set.intersection(*(set(caps) for caps in of_each)) if of_each else set()
    return {span_of(period): max(caps[period] for caps in of_each) for period in periods}
