"""Which of two campaigns writes to a lead first, where only one of them may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nurture.domain.caps import Capped

LOOK_AGAIN = timedelta(minutes=5)
"""After the other's message was due: it has gone out by then, or something else holds it."""


@dataclass(frozen=True)
class Rival:
    """Another campaign that is about to send the same lead a marketing message."""

    campaign: str
    priority: int
    due: datetime


@dataclass(frozen=True)
class GivesWay:
    until: datetime
    why: str


def gives_way(own: int, rivals: Iterable[Rival], filled: Capped | None, now: datetime) -> GivesWay | None:
    """The highest goes first, of those whose message comes before there is room again.

    ``own``: this campaign's priority. ``filled``: what one more message now would fill, and until when."""
    if filled is None:
        return None
    before = [rival for rival in rivals if rival.priority > own and rival.due < filled.until]
    if not before:
        return None
    first = min(before, key=lambda rival: (-rival.priority, rival.due, rival.campaign))
    why = f"{first.campaign} goes first, priority {first.priority} over {own}: {filled.cap}"
    return GivesWay(max(first.due, now) + LOOK_AGAIN, why)
