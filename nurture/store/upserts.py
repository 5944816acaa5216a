"""Inserting what may be there already, alike on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


def insert_unless_there(
    conn: Connection, table: Table, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> Insert:
    """Rows that break a unique rule are left out; ``rowcount`` and RETURNING tell which got in."""
    statement = unless_there(conn.dialect.name, table)
    return statement if values is None else statement.values(values)


def unless_there(dialect: str, table: Table) -> Insert:
    """The same for values that come with each execution: it can be made once."""
    insert: Insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    # Without the option PostgreSQL's driver has forgotten the number by the time we ask.
    return insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
