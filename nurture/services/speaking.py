"""The language in which we write to somebody, as the page behind a link wants to know it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from nurture.services.leads import resolve
from nurture.store.tables import leads, sends


def language_of_lead(conn: Connection, lead_id: str) -> str:
    """``de``, without a region; empty: nobody knows."""
    found = conn.scalar(select(leads.c.language).where(leads.c.id == resolve(conn, lead_id)))
    return str(found or "").partition("-")[0]


def language_of_send(conn: Connection, send_id: str) -> str:
    lead_id = conn.scalar(select(sends.c.lead_id).where(sends.c.id == send_id))
    return language_of_lead(conn, lead_id) if lead_id else ""
