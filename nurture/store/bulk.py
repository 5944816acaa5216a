"""Many rows of one shape: into SQLite by a statement that is prepared once and given plain tuples, as what
SQLAlchemy does for each row otherwise costs more than the row does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import pysqlite

from nurture.store.upserts import insert_unless_there

DIALECT = pysqlite.dialect()
Process = Callable[[Any], Any]


def insert_many(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """How many got in; rows that break a unique rule are left out. All rows have the keys of the first, and
    all that the table needs: nothing is filled in."""
    if conn.dialect.name == "sqlite":
        return insert_those_missing(conn, table, rows)
    return conn.execute(insert_unless_there(conn, table), rows).rowcount


def insert_those_missing(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """``insert_many`` into SQLite."""
    text, columns = _statement(table, tuple(rows[0]))
    given = [_column([row[name] for row in rows], process) for name, process in columns]
    kept = {"preserve_rowcount": True}
    return conn.exec_driver_sql(text, list(zip(*given, strict=True)), execution_options=kept).rowcount


def _column(values: list[Any], process: Process | None) -> list[Any]:
    return values if process is None else list(map(process, values))


@cache
def _statement(table: Table, names: tuple[str, ...]) -> tuple[str, Sequence[tuple[str, Process | None]]]:
    """The text, and for each of its places the column and what makes a value fit for the driver."""
    insert = sqlite.insert(table).on_conflict_do_nothing()
    compiled = insert.compile(dialect=DIALECT, column_keys=names)
    places = compiled.positiontup or ()
    return str(compiled), [(name, _process(table, name)) for name in places]


def _process(table: Table, name: str) -> Process | None:
    process: Process | None = table.c[name].type.dialect_impl(DIALECT).bind_processor(DIALECT)
    return process
