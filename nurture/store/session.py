"""Transactions. One is a plain function of a connection, run in a thread: so none can span network or
rendering."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from nurture.store.engines import database_url, postgres_engine, sqlite_engines
from nurture.store.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")

READERS = 8
TRIES = 6
AGAIN = {"40001", "40P01"}
"""SQLSTATE of serialisation failures and deadlocks: the transaction is run again."""


class Store:
    """The database. Functions given to ``write`` must be fit to run again: a busy database makes us repeat
    them."""

    def __init__(self, url: str) -> None:
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer: Writer | None = None
        self._engine: Engine
        if self.is_sqlite:
            self._engine, writing = sqlite_engines(self.url)
            self._writer = Writer(writing)
        else:
            self._engine = postgres_engine(self.url)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store")
        self._listeners: list[Callable[[], None]] = []

    async def write(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One transaction; committed when this returns."""
        return await asyncio.wrap_future(self.submit(fn, *args, **kwargs))

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self._threads.submit(lambda: self._read(fn, *args, **kwargs)))

    def write_sync(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self.submit(fn, *args, **kwargs).result()

    def read_sync(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._read(fn, *args, **kwargs)

    def listen(self, listener: Callable[[], None]) -> None:
        """``listener`` is called, in any thread, whenever this process has written something for the
        relay."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        self._listeners.remove(listener)

    def poke(self) -> None:
        for listener in list(self._listeners):
            listener()

    def tidy(self) -> None:
        """What was overwritten is not left behind in SQLite's log of changes; PostgreSQL does so itself."""
        if self.is_sqlite:
            with self._engine.connect() as conn:
                conn.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        if self._writer:
            self._writer.close()
        self._threads.shutdown()
        self._engine.dispose()

    def submit(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Like ``write``, for those who do not wait."""
        if self._writer:
            return self._writer.submit(lambda conn: fn(conn, *args, **kwargs))
        return self._threads.submit(lambda: self._transact(fn, *args, **kwargs))

    def _read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._engine.connect() as conn:
            return fn(conn, *args, **kwargs)

    def _transact(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        for last in (*[False] * (TRIES - 1), True):
            try:
                with self._engine.begin() as conn:
                    return fn(conn, *args, **kwargs)
            except OperationalError as error:
                if last or getattr(error.orig, "sqlstate", None) not in AGAIN:
                    raise
        raise AssertionError("the last try returns or raises")
