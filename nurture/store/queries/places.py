"""At which step of a campaign its open journeys are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from nurture.store.tables import journeys


def places(conn: Connection, campaign: str, now: datetime) -> dict[str, int]:
    """Step -> open journeys. Who sleeps in a wait is counted there, though her next step is decided."""
    rests = func.coalesce(journeys.c.position["rests_in"].as_string(), "")
    asleep = and_(rests != "", journeys.c.due > now)
    place = case((asleep, rests), else_=journeys.c.step).label("place")
    query = (
        select(place, func.count())
        .where(journeys.c.campaign == campaign, journeys.c.state == "open")
        .group_by(place)
    )
    return {str(step): count for step, count in conn.execute(query)}
