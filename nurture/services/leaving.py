"""Taking a lead out of a campaign from outside: the journey is marked and woken, and ends by itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from nurture.services.wakes import Spread, queue
from nurture.store.tables import journeys

LEFT, REPLACED = "left", "replaced"
AT_ONCE = Spread(rate=1000)


def take_out(conn: Connection, ids: Sequence[str], outcome: str) -> int:
    """How many. One that needed attention needs none any more."""
    if not ids:
        return 0
    open_ones = journeys.c.id.in_(ids), journeys.c.state == "open", journeys.c.leaving.is_(None)
    marked = (
        update(journeys)
        .where(*open_ones)
        .values(leaving=outcome, attention=None, attention_at=None, incident=None, tries=0)
    )
    found = list(conn.scalars(marked.returning(journeys.c.id)))
    return queue(conn, found, AT_ONCE, due=True)


def leave_campaign(conn: Connection, lead_id: str, campaign: str) -> int:
    """All open journeys of the lead in it; the caller holds the lead's lock."""
    query = select(journeys.c.id).where(
        journeys.c.lead_id == lead_id, journeys.c.campaign == campaign, journeys.c.state == "open"
    )
    return take_out(conn, list(conn.scalars(query)), LEFT)
