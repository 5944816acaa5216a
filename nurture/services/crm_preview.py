"""Leads as they would be told to a CRM now, for a look that writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from nurture.crm.connector import Change
from nurture.services.crm_change import known_of, person_now
from nurture.services.desk import Desk
from nurture.services.leads import resolve
from nurture.store.tables import leads


def previews(conn: Connection, desk: Desk, crm: str, lead_id: str | None, many: int) -> Sequence[Change]:
    """``lead_id`` None: of those who changed last."""
    mapping = desk.library.crm(conn, crm)
    now = desk.clock.now(conn)
    newest = select(leads.c.id).where(leads.c.merged_into.is_(None), leads.c.erased_at.is_(None))
    ids = (
        [resolve(conn, lead_id)]
        if lead_id
        else list(conn.scalars(newest.order_by(leads.c.updated_at.desc()).limit(many)))
    )
    found = []
    for one in ids:
        remote, known = known_of(conn, crm, one)
        person = person_now(conn, desk, one, mapping.fields)
        found.append(Change(one, "lead", person, {}, now, remote, mapping, known))
    return found
