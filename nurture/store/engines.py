"""How we connect to SQLite and to PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

BUSY_SECONDS = 10
CACHE = 64 << 10
"""KiB that the one writer may keep of the file. An event touches a page of each index, somewhere in it:
with SQLite's own 2 MiB most of them are read again for every batch."""
PAGES_TO_BRING_HOME = 8000
"""Pages in the log, 32 MiB, before a commit brings them home; one that was written often goes once."""
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
    event.listen(writing, "connect", _roomy)
    return reading, writing


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """``synchronous=FULL``: a power cut loses no mark that a mail was about to be handed over."""
    connection.isolation_level = None  # the driver must not begin transactions by itself
    _write_ahead(connection)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _roomy(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute(f"PRAGMA cache_size=-{CACHE}")
    connection.execute(f"PRAGMA wal_autocheckpoint={PAGES_TO_BRING_HOME}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """While another connection opens or closes the file SQLite refuses this at once, whatever the timeout."""
    ends = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                raise
        time.sleep(0.05)


def _begins_with(statement: str) -> Any:
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql(statement)

    return begin
