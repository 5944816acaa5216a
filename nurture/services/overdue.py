"""Journeys whose time has come without anything happening: woken again, so that a lost timer costs
minutes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, exists, or_, select

from nurture.services.desk import Desk
from nurture.services.wakes import Spread, queue
from nurture.store.tables import journeys, outbox

OVERDUE = timedelta(minutes=5)
AT_ONCE = 500


def wake_overdue(conn: Connection, desk: Desk, overdue: timedelta = OVERDUE) -> int:
    """How many. With a stepped clock and no leeway this is what makes time pass."""
    told = exists().where(outbox.c.record == journeys.c.id, outbox.c.state == "open")
    late = (
        select(journeys.c.id)
        .where(journeys.c.state == "open", journeys.c.due <= desk.clock.now(conn) - overdue)
        .where(journeys.c.attention.is_(None), journeys.c.paused_at.is_(None), ~told)
        .where(or_(journeys.c.hold.is_(None), journeys.c.hold != "paused"))
        .order_by(journeys.c.due)
        .limit(AT_ONCE)
    )
    return queue(conn, list(conn.scalars(late)), Spread(rate=1000), due=True)
