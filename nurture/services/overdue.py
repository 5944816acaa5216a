"""Journeys whose time has come without anything happening: woken again, so that a lost timer costs
minutes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, and_, exists, or_, select

from nurture.services.desk import Desk
from nurture.services.wakes import Spread, queue
from nurture.store.columns import db_now
from nurture.store.tables import journeys, outbox

OVERDUE = timedelta(minutes=5)
AT_ONCE = 500
TOLD_FOR = 1800.0
"""Seconds in which whoever was woken is not woken again before it has looked: where a queue is long, wakes
would only make it longer."""


def wake_overdue(conn: Connection, desk: Desk) -> int:
    """How many."""
    lately = and_(journeys.c.woken, outbox.c.done_at > db_now(-TOLD_FOR))
    told = exists().where(outbox.c.record == journeys.c.id, or_(outbox.c.state == "open", lately))
    late = (
        select(journeys.c.id)
        .where(journeys.c.state == "open", journeys.c.due <= desk.clock.now(conn) - OVERDUE)
        .where(journeys.c.attention.is_(None), journeys.c.paused_at.is_(None), ~told)
        .where(or_(journeys.c.hold.is_(None), journeys.c.hold != "paused"))
        .order_by(journeys.c.due)
        .limit(AT_ONCE)
    )
    return queue(conn, list(conn.scalars(late)), Spread(rate=1000), due=True)
