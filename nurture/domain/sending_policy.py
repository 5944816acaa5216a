"""The ``sending`` keys, of the company and of a campaign: when and how much may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from nurture.domain.day_rules import NO_DAYS, NamedDays, load_days
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.utm import Utm, load_utm

PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7)}
CHANNELS = ("sms",)
"""Those that have rules of their own; the others follow the rules for all."""


@dataclass(frozen=True)
class Sending:
    """``None`` everywhere: the next wider place decides."""

    window: str | None = None
    within: Duration | None = None
    caps: Mapping[str, int] = field(default_factory=dict)
    """``day``, ``week`` or a duration -> most marketing messages to one lead in the time before."""
    zone_fallback: str | None = None
    blocked: NamedDays = NO_DAYS
    """Days on which no marketing message goes out."""
    quiet_after: Mapping[str, Duration] = field(default_factory=dict)
    """Happening -> how long after it no marketing message goes out."""
    on_reply: str | None = None
    """What follows when a person writes back: ``hold``, ``hold-company`` or ``go-on``."""
    reply_hold: Duration | None = None
    tracking: bool | None = None
    """False: no links of ours and no picture, so that nobody knows of clicks and opens."""
    utm: Utm | None = None
    """How links to our own sites are tagged."""
    channels: Mapping[str, Sending] = field(default_factory=dict)
    """``sms`` -> its window and caps, beside those for all."""

    def of(self, channel: str) -> Sending:
        return self.channels.get(channel, NOTHING)


NOTHING = Sending()


def load_sending(doc: Mapping[str, Any]) -> Sending:
    return Sending(
        window=doc.get("window"),
        within=parse_duration(doc["within"]) if "within" in doc else None,
        caps={str(period): int(most) for period, most in doc.get("cap", {}).items()},
        zone_fallback=doc.get("zone_fallback"),
        blocked=load_days(doc.get("blocked", {})),
        quiet_after={name: parse_duration(span) for name, span in doc.get("quiet_after", {}).items()},
        on_reply=doc.get("on_reply"),
        reply_hold=parse_duration(doc["reply_hold"]) if "reply_hold" in doc else None,
        tracking=doc.get("tracking"),
        utm=load_utm(doc.get("utm")),
        channels={name: load_sending(doc[name]) for name in CHANNELS if name in doc},
    )


@cache
def span_of(period: str) -> timedelta:
    """Of ``day``, ``week`` or a duration."""
    return PERIODS[period] if period in PERIODS else parse_duration(period).span()
