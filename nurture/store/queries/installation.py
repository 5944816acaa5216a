"""The one row that says which installation this is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.store.tables import installation


def the_installation(conn: Connection) -> Row[Any] | None:
    """None: nothing has ever been started on this database."""
    return conn.execute(select(installation)).one_or_none()


def clock_kind(conn: Connection) -> str | None:
    return conn.execute(select(installation.c.clock)).scalar_one_or_none()
