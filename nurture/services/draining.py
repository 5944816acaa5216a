"""The end of a drain: the journeys on older versions are over, and who waited at the door comes in."""

from __future__ import annotations

from sqlalchemy import Connection, and_, delete, exists, select, update

from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.held_door import DRAINING
from nurture.store.tables import campaigns, held_leads, journeys

AT_ONCE = 100


def end_drains(conn: Connection, desk: Desk) -> int:
    """How many came in. One statement where nothing drains."""
    older = exists().where(
        and_(
            journeys.c.campaign == campaigns.c.name,
            journeys.c.state == "open",
            journeys.c.version != campaigns.c.live,
        )
    )
    drained = select(campaigns.c.name, campaigns.c.live).where(campaigns.c.draining.is_(True), ~older)
    found = conn.execute(drained).all()
    return sum(_let_in(conn, desk, one.name) for one in found if desk.library.readable(conn, one.live))


def _let_in(conn: Connection, desk: Desk, campaign: str) -> int:
    own = held_leads.c.campaign == campaign, held_leads.c.reason == DRAINING
    waiting = conn.execute(select(held_leads).where(*own).order_by(held_leads.c.id).limit(AT_ONCE)).all()
    if len(waiting) < AT_ONCE:
        conn.execute(update(campaigns).where(campaigns.c.name == campaign).values(draining=False))
    conn.execute(delete(held_leads).where(held_leads.c.id.in_([row.id for row in waiting])))
    for row in waiting:
        enrol(conn, desk, campaign, row.lead_id, row.cause, row.key, held=False)
    return len(waiting)
