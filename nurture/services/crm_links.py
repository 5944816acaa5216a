"""Which person of a CRM a lead is, what both sides agreed on, and what is left for a person to see to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from nurture.services.desk import Desk
from nurture.services.lead_rows import COLUMNS, tell_changes
from nurture.services.lead_values import BadValue, Stored, coerce
from nurture.store.columns import db_now, new_id
from nurture.store.tables import crm_links, crm_parked, leads
from nurture.store.upserts import insert_unless_there

LEAD = "lead."


def link_of(conn: Connection, crm: str, lead_id: str) -> Row[Any]:
    """Locked, and made where there is none."""
    new = {"id": new_id(), "lead_id": lead_id, "crm": crm}
    conn.execute(insert_unless_there(conn, crm_links, new))
    found = select(crm_links).where(crm_links.c.lead_id == lead_id, crm_links.c.crm == crm)
    return conn.execute(found.with_for_update()).one()


def mark(conn: Connection, link: Row[Any], **values: Any) -> None:
    conn.execute(update(crm_links).where(crm_links.c.id == link.id).values(values))


def park(
    conn: Connection,
    crm: str,
    what: str,
    reason: str,
    key: str,
    lead_id: str | None = None,
    remote_id: str | None = None,
) -> bool:
    """For a person to see to; the same thing again is told once, as long as it is open. ``reason`` names
    nobody."""
    row: dict[str, Any] = {"id": new_id(), "crm": crm, "key": key[:200], "what": what[:40]}
    row |= {"reason": reason[:300], "lead_id": lead_id, "remote_id": remote_id}
    row |= {"at": db_now(), "state": "open"}
    if conn.execute(insert_unless_there(conn, crm_parked, row)).rowcount:
        return True
    again = update(crm_parked).where(crm_parked.c.crm == crm, crm_parked.c.key == key[:200])
    values = {"state": "open", "at": db_now(), "reason": reason[:300]}
    return conn.execute(again.where(crm_parked.c.state != "open").values(values)).rowcount > 0


def settle(conn: Connection, crm: str, key: str) -> None:
    """It is not so any more."""
    ours = crm_parked.c.crm == crm, crm_parked.c.key == key[:200], crm_parked.c.state == "open"
    conn.execute(update(crm_parked).where(*ours).values(state="settled", settled_at=db_now()))


def give_up(conn: Connection, number: str) -> bool:
    """A person has seen to it. False: there is no such row, or it is settled."""
    if not is_id(number):
        return False
    ours = update(crm_parked).where(crm_parked.c.id == number, crm_parked.c.state == "open")
    return conn.execute(ours.values(state="settled", settled_at=db_now())).rowcount > 0


def is_id(given: str) -> bool:
    try:
        UUID(given)
    except ValueError:
        return False
    return True


def take_values(conn: Connection, desk: Desk, crm: str, lead_id: str, given: Mapping[str, str]) -> None:
    """What people of sales changed in the CRM. A value of another type is parked, the others are taken."""
    dictionary = desk.library.rules(conn).dictionary
    new: dict[str, Stored] = {}
    for name, value in given.items():
        whole = f"{LEAD}{name}"
        key = f"value/{lead_id}/{name}"
        if whole not in dictionary.fields and name not in COLUMNS:
            park(conn, crm, "unknown field", f"the dictionary has no field {whole}", key, lead_id)
            continue
        try:
            stored = coerce(dictionary, whole, value)
        except BadValue as bad:
            park(conn, crm, "wrong value", f"{whole}: {bad.message}", key, lead_id)
            continue
        settle(conn, crm, key)
        if stored is not None:
            new[name] = stored
    _write(conn, desk, lead_id, new)


def _write(conn: Connection, desk: Desk, lead_id: str, new: Mapping[str, Stored]) -> None:
    row = conn.execute(select(leads).where(leads.c.id == lead_id).with_for_update()).one()
    columns = {name: value for name, value in new.items() if name in COLUMNS}
    fields = {name: value for name, value in new.items() if name not in COLUMNS}
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    changed += [name for name, value in fields.items() if row.fields.get(name) != value]
    if not changed or row.erased_at:
        return
    now = desk.clock.now(conn)
    values = {**columns, "fields": {**row.fields, **fields}, "updated_at": now}
    conn.execute(update(leads).where(leads.c.id == lead_id).values(values))
    tell_changes(conn, [(lead_id, [f"{LEAD}{name}" for name in changed])], now, "crm")
