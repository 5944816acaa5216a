"""Leads who are longer at a stage than the lifecycle allows: told once for each stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select, update

from nurture.services.changes import announce_all, own_event
from nurture.services.desk import Desk
from nurture.store.tables import leads

OVERDUE = "stage.overdue"
AT_ONCE = 200


def tell_overdue(conn: Connection, desk: Desk) -> int:
    """How many. No statement where the lifecycle has no limits."""
    now = desk.clock.now(conn)
    found = list(_over(conn, desk))
    told = [
        own_event(
            row.id, OVERDUE, {"stage": row.stage}, f"{OVERDUE}/{row.id}/{row.stage_since.isoformat()}", now
        )
        for row in found
    ]
    announce_all(conn, told)
    ids = [row.id for row in found]
    if ids:
        conn.execute(update(leads).where(leads.c.id.in_(ids)).values(stage_told=now))
    return len(ids)


def _over(conn: Connection, desk: Desk) -> Iterator[Any]:
    limits = desk.library.rules(conn).dictionary.lifecycle.limits
    now = desk.clock.now(conn) if limits else None
    for stage, limit in limits.items():
        assert now is not None
        query = select(leads.c.id, leads.c.stage, leads.c.stage_since).where(
            leads.c.stage == stage,
            leads.c.stage_told.is_(None),
            leads.c.stage_since <= now - limit,
            leads.c.merged_into.is_(None),
            leads.c.erased_at.is_(None),
        )
        yield from conn.execute(query.order_by(leads.c.stage_since).limit(AT_ONCE))
