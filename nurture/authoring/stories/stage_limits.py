"""A lead of a story who is longer at a stage than the lifecycle allows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nurture.authoring.stories.playing import Play

OVERDUE = "stage.overdue"


def overdue(play: Play, by: datetime) -> datetime | None:
    """When that is told; None: not until then, or it was told already."""
    lead = play.lead
    limit = play.rules.dictionary.lifecycle.limits.get(lead.stage)
    if limit is None:
        return None
    since = max((one.at for one in lead.events if one.type == "stage.changed"), default=lead.began)
    told = any(one.type == OVERDUE and one.at >= since for one in lead.events)
    return None if told or since + limit > by else since + limit


def tell_overdue(play: Play, at: datetime) -> None:
    play.now = max(play.now, at)
    play.lead.event(OVERDUE, play.now, {"stage": play.lead.stage})
