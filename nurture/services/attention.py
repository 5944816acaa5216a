"""Parked journeys go on from where they are once the cause is mended, as fast as is good for it."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from nurture.services.wakes import PAGE, Spread, queue
from nurture.store.tables import journeys


def retry(conn: Connection, cause: str | None, after: str | None, spread: Spread) -> tuple[str | None, int]:
    """One page of the journeys parked for ``cause``, None for any: the last id, None at the end; how many."""
    page = (
        select(journeys.c.id)
        .where(journeys.c.state == "open", journeys.c.attention.is_not(None))
        .order_by(journeys.c.id)
        .limit(PAGE)
    )
    page = page.where(journeys.c.attention == cause) if cause else page
    found = list(conn.scalars(page.where(journeys.c.id > after) if after else page))
    conn.execute(
        update(journeys)
        .where(journeys.c.id.in_(found))
        .values(attention=None, attention_at=None, incident=None, tries=0, troubles=0)
    )
    return (found[-1] if len(found) == PAGE else None), queue(conn, found, spread, due=True)
