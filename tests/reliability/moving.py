"""Time that jumps from one moment at which something is due to the next: the campaigns' clock and, with it,
the database's own, so that rests, retries and leases of minutes pass as they would."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.pool import Pool

STAMP = "%Y-%m-%d %H:%M:%f000"
"""All that the store asks SQLite's clock for."""


TICK = timedelta(microseconds=100)
"""Each look at the clock takes so long: what a busy machine takes does not count."""


class MovingClock:
    stepped = False

    def __init__(self) -> None:
        self._at = datetime.now(UTC)

    def now(self, _conn: Connection | None = None) -> datetime:
        self._at += TICK
        return self._at

    def until(self, _conn: Connection, due: datetime, jitter: timedelta = timedelta()) -> datetime:
        return due + jitter

    def jump(self, to: datetime) -> None:
        self._at = max(self._at, to)

    def _sqlite(self, form: str, base: str, shift: str) -> str:
        assert (form, base) == (STAMP, "now")
        at = self.now() + timedelta(seconds=float(shift.removesuffix(" seconds")))
        return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}000"

    @contextlib.contextmanager
    def rules(self) -> Iterator[None]:
        """Every database of SQLite that is opened meanwhile has this time."""

        def moved(connection: sqlite3.Connection, _record: Any) -> None:
            connection.create_function("strftime", 3, self._sqlite)

        event.listen(Pool, "connect", moved)
        try:
            yield
        finally:
            event.remove(Pool, "connect", moved)
