"""What follows when sales gives a lead back: which stage, how long a rest, which campaign after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nurture.domain.durations import Duration, parse_duration

RECYCLED, DISQUALIFIED = "recycled", "disqualified"
STAGES = (RECYCLED, DISQUALIFIED)
RETURNED = "returned"
"""The answer that gives a lead back for a time, without a reason."""


@dataclass(frozen=True)
class Reason:
    says: str = ""
    """As the inbox has it."""
    rest: Duration | None = None
    """So long no marketing message goes to the lead."""
    then: str | None = None
    """The campaign that the lead comes into after the rest."""
    score: int = 0
    """Points that the reason gives, or takes."""
    stage: str = RECYCLED


@dataclass(frozen=True)
class Follows:
    """What is done about one lead."""

    rests_until: datetime | None = None
    enters: str | None = None
    at: datetime | None = None


NOTHING = Follows()


def follows(
    reason: Reason, now: datetime, zone: ZoneInfo, until: datetime | None = None, *, own: bool = False
) -> Follows:
    """``until``: a date that a person named; it counts more than the policy's rest. ``own``: the campaign
    says itself what follows a rejection, so that the policy does not."""
    if own:
        return Follows(rests_until=until)
    rests = until or (reason.rest.after(now, zone) if reason.rest else None)
    return Follows(rests, reason.then, (rests or now) if reason.then else None)


def load_reasons(doc: Mapping[str, Any]) -> dict[str, Reason]:
    """From the policy: name -> what sales reads, or that with what follows."""
    return {name: _reason(one) for name, one in doc.items()}


def _reason(doc: object) -> Reason:
    if not isinstance(doc, Mapping):
        return Reason(str(doc))
    return Reason(
        str(doc.get("says", "")),
        parse_duration(str(doc["rest"])) if "rest" in doc else None,
        doc.get("then"),
        int(doc.get("score", 0)),
        str(doc.get("stage", RECYCLED)),
    )
