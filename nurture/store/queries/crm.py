"""What the CRM has been told, and what it has not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from nurture.store.tables import crm_links, crm_parked, leads, outbox

UNSETTLED = ("open", "dead")


def changes(
    conn: Connection, lead_id: str | None, states: tuple[str, ...], many: int
) -> list[dict[str, Any]]:
    """Changes in the order in which they go, with the lead's address for people to read."""
    query = (
        select(outbox)
        .where(outbox.c.kind == "crm", outbox.c.state.in_(states))
        .order_by(outbox.c.id)
        .limit(many)
    )
    if lead_id:
        query = query.where(outbox.c.record == lead_id)
    rows = conn.execute(query).all()
    people = select(leads.c.id, leads.c.email).where(leads.c.id.in_({row.record for row in rows}))
    emails = {row.id: row.email for row in conn.execute(people)}
    return [
        {
            "id": row.id,
            "lead": row.record,
            "email": emails.get(row.record),
            "what": row.payload["what"],
            "values": row.payload["values"],
            "state": "refused" if row.state == "dead" else row.state,
            "tries": row.attempts,
            "next_try": row.not_before,
            "error": row.error,
            "incident": row.incident,
            "happened": row.payload["at"],
            "settled": row.done_at,
        }
        for row in rows
    ]


def waiting(conn: Connection) -> int:
    """How many changes are not told yet."""
    query = select(func.count()).where(outbox.c.kind == "crm", outbox.c.state == "open")
    return int(conn.scalar(query) or 0)


def links(conn: Connection, lead_id: str) -> list[dict[str, Any]]:
    query = select(crm_links).where(crm_links.c.lead_id == lead_id).order_by(crm_links.c.crm)
    return [
        {
            "crm": row.crm,
            "state": row.state,
            "remote_id": row.remote_id,
            "pushed": row.pushed,
            "pushed_at": row.pushed_at,
            "error": row.error,
            "kept": row.kept,
        }
        for row in conn.execute(query)
    ]


def parked(conn: Connection, many: int) -> list[dict[str, Any]]:
    """What waits for a person, the oldest first."""
    query = (
        select(crm_parked, leads.c.email)
        .outerjoin(leads, leads.c.id == crm_parked.c.lead_id)
        .where(crm_parked.c.state == "open")
        .order_by(crm_parked.c.at, crm_parked.c.id)
        .limit(many)
    )
    names = ("id", "crm", "what", "email", "lead_id", "remote_id", "reason", "at")
    return [{name: getattr(row, name) for name in names} for row in conn.execute(query)]


def parked_counts(conn: Connection) -> list[dict[str, Any]]:
    """By CRM and kind, the most first, each with since when."""
    counted, since = func.count().label("count"), func.min(crm_parked.c.at, type_=crm_parked.c.at.type)
    query = (
        select(crm_parked.c.crm, crm_parked.c.what, counted, since.label("since"))
        .where(crm_parked.c.state == "open")
        .group_by(crm_parked.c.crm, crm_parked.c.what)
        .order_by(counted.desc(), crm_parked.c.what)
    )
    return [dict(row) for row in conn.execute(query).mappings()]
