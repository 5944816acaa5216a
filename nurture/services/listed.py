"""The journeys that Temporal listed. They are kept in a temporary file: a million of them need no memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

ASKED_AT_ONCE = 500


class Listed:
    def __init__(self) -> None:
        # An empty name is a temporary file. One thread at a time uses it, not always the same.
        self._db = sqlite3.connect("", check_same_thread=False)
        self._db.execute(
            "CREATE TABLE listed (id TEXT PRIMARY KEY, met INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID"
        )

    def add(self, ids: Iterable[str]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO listed (id) VALUES (?)", ((name,) for name in ids))

    def meet(self, ids: Sequence[str]) -> set[str]:
        """Those of them that are listed; they have been met from now."""
        found: set[str] = set()
        for start in range(0, len(ids), ASKED_AT_ONCE):
            part = ids[start : start + ASKED_AT_ONCE]
            marks = ",".join("?" * len(part))
            listed = self._db.execute(f"SELECT id FROM listed WHERE id IN ({marks})", part)
            found.update(name for (name,) in listed)
            self._db.execute(f"UPDATE listed SET met = 1 WHERE id IN ({marks})", part)
        return found

    def not_met(self) -> Iterator[str]:
        for (name,) in self._db.execute("SELECT id FROM listed WHERE met = 0 ORDER BY id"):
            yield name

    def count(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM listed").fetchone()
        return int(count)

    def close(self) -> None:
        self._db.close()
