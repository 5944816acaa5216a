"""Telling who waits for the score of a company that one of its people has other points now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.conditions.reads import ACCOUNT
from nurture.services.changes import announce_all, own_event
from nurture.services.doors import Doors
from nurture.store.tables import leads, waits

COLLEAGUE = "colleague"


def tell_colleagues_of_points(
    conn: Connection,
    doors: Doors,
    moved: Collection[str],
    happened: Mapping[str, Sequence[Row[Any]]],
    now: datetime,
) -> None:
    """Whose journeys wait for the score of a company in which somebody has other points now. Who was only
    told of a colleague tells nobody on. No statement where no live campaign asks for it."""
    if not doors.by_account:
        return
    sources = [
        lead_id
        for lead_id in moved
        if any((row.data or {}).get("because") != COLLEAGUE for row in happened[lead_id])
    ]
    theirs = select(leads.c.account_id).where(leads.c.id.in_(sources), leads.c.account_id.is_not(None))
    query = select(leads.c.id).join(waits, waits.c.lead_id == leads.c.id)
    query = query.where(
        leads.c.account_id.in_(theirs),
        leads.c.id.not_in(sources),
        waits.c.token == ACCOUNT,
        waits.c.state == "open",
    )
    found = sorted(set(conn.scalars(query))) if sources else []
    latest = max((row.id for rows in happened.values() for row in rows), default=0)
    data = {"points": 0, "because": COLLEAGUE}
    announce_all(
        conn, [own_event(one, "score.changed", data, f"{COLLEAGUE}/{one}/{latest}", now) for one in found]
    )
