"""How we connect to SQLite and to PostgreSQL."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

BUSY_SECONDS = 10
POOL = 10


def database_url(url: str) -> URL:
    """``postgres://`` and ``postgresql://`` mean psycopg."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def postgres_engine(url: URL) -> Engine:
    return create_engine(
        url, pool_size=POOL, max_overflow=POOL, pool_pre_ping=True, connect_args={"prepare_threshold": None}
    )


def sqlite_engines(url: URL) -> tuple[Engine, Engine]:
    """(reading, writing). The writing one has a single connection, used by the writer's thread alone."""
    reading = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    writing = create_engine(
        url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )
    for engine, begin in ((reading, "BEGIN"), (writing, "BEGIN IMMEDIATE")):
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begins_with(begin))
    return reading, writing


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """``synchronous=FULL``: a power cut loses no mark that a mail was about to be handed over."""
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begins_with(statement: str) -> Any:
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql(statement)

    return begin
