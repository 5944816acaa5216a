"""How far a CRM was asked for changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from nurture.services.desk import Desk
from nurture.services.hold import standstill
from nurture.store.columns import db_now
from nurture.store.tables import crm_cursors
from nurture.store.upserts import insert_unless_there


def is_copy(conn: Connection, desk: Desk) -> bool:
    """A copied database leaves the CRM alone, also by asking: tokens may be good for one of the two only."""
    still = standstill(conn, desk.base_url, desk.namespace)
    return still is not None and still.kind == "copy"


def cursor_of(conn: Connection, crm: str) -> str:
    """Empty: never asked."""
    return conn.scalar(select(crm_cursors.c.cursor).where(crm_cursors.c.crm == crm)) or ""


def database_time(conn: Connection) -> datetime:
    now: datetime = conn.execute(select(db_now())).scalar_one()
    return now


def move_on(conn: Connection, crm: str, cursor: str | None, error: str | None = None) -> None:
    """``cursor`` None: it stays."""
    new = {"crm": crm, "cursor": cursor or "", "at": db_now(), "error": error}
    if not conn.execute(insert_unless_there(conn, crm_cursors, new)).rowcount:
        moved = {} if cursor is None else {"cursor": cursor}
        of_it = update(crm_cursors).where(crm_cursors.c.crm == crm)
        conn.execute(of_it.values(**moved, at=db_now(), error=error))
