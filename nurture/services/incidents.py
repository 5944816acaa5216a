"""The words of errors, kept where erasure reaches them, under numbers that may be told anywhere."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from nurture.store.columns import db_now, new_id
from nurture.store.session import Store
from nurture.store.tables import incidents

TEXT_AT_MOST = 20_000


class Incidents:
    """Implements the client's ``IncidentSink``: returns at once, the row is written behind it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(self, kind: str, text: str) -> str:
        number = new_id()
        self._store.submit(_write, number, kind, text)
        return number


def _write(conn: Connection, number: str, kind: str, text: str) -> None:
    conn.execute(insert(incidents).values(id=number, kind=kind[:100], text=text[:TEXT_AT_MOST], at=db_now()))
