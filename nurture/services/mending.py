"""Journeys that wait for a person, and go on because what kept them is mended."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from nurture.services.wakes import Spread, queue
from nurture.store.tables import journeys

AT_ONCE = Spread(rate=50)


def mend(conn: Connection, campaign: str, cause: str) -> int:
    """``cause``: why they need attention. How many try again."""
    broken = journeys.c.campaign == campaign, journeys.c.state == "open", journeys.c.attention == cause
    return go_on(conn, list(conn.scalars(select(journeys.c.id).where(*broken))))


def go_on(conn: Connection, found: Sequence[str]) -> int:
    """Parked journeys, by id. How many try again."""
    conn.execute(
        update(journeys)
        .where(journeys.c.id.in_(found))
        .values(attention=None, attention_at=None, incident=None, tries=0)
    )
    return queue(conn, found, AT_ONCE, due=True)
