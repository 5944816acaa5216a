"""A lead who books a talk is accepted: nobody has to open the task for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select

from nurture.services.answer import Answer, answer
from nurture.services.desk import Desk
from nurture.store.tables import handoffs, users

NOTE = "A meeting is booked"


def accept_booked(conn: Connection, desk: Desk, lead_id: str, event: Row[Any]) -> bool:
    """By whom it is booked with, if the event says so by ``host``, an address; else by the task's owner. One
    that is nobody's stays open."""
    query = select(handoffs).where(
        handoffs.c.lead_id == lead_id,
        handoffs.c.kind == "handoff",
        handoffs.c.state == "open",
        handoffs.c.joined_to.is_(None),
        handoffs.c.created_at <= event.occurred_at,
    )
    task = conn.execute(query).one_or_none()
    by = (_host(conn, event) or task.owner) if task else None
    if task is None or by is None:
        return False
    answer(conn, desk, task.id, task.version, Answer("accepted", by, note=NOTE))
    return True


def _host(conn: Connection, event: Row[Any]) -> str | None:
    host = str((event.data or {}).get("host") or "").strip().lower()
    if not host:
        return None
    known = select(users.c.id).where(func.lower(users.c.email) == host, users.c.active.is_(True))
    found: str | None = conn.scalar(known)
    return found
