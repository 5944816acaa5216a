"""At which step of a campaign its open journeys are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from nurture.store.tables import journeys


def place(now: datetime) -> ColumnElement[str]:
    """The step a journey is at. Who sleeps in a wait is there, though her next step is decided."""
    rests = func.coalesce(journeys.c.position["rests_in"].as_string(), "")
    asleep = and_(journeys.c.state == "open", rests != "", journeys.c.due > now)
    return case((asleep, rests), else_=journeys.c.step)


def places(conn: Connection, campaign: str, now: datetime) -> dict[str, int]:
    """Step -> open journeys."""
    at = place(now).label("place")
    query = (
        select(at, func.count())
        .where(journeys.c.campaign == campaign, journeys.c.state == "open")
        .group_by(at)
    )
    return {str(step): count for step, count in conn.execute(query)}
