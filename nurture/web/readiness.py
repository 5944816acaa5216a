"""The database, asked whether it is there and ours."""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection, select

from nurture.store.migrate import check_schema
from nurture.store.session import Store


class Readiness:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._schema_is_right = False

    async def check(self) -> None:
        """Raises OldSchema, or what the driver raises when the database is away."""
        if self._schema_is_right:  # it never goes back while we run
            await self._store.read(_ask)
            return
        await asyncio.to_thread(check_schema, self._store)
        self._schema_is_right = True


def _ask(conn: Connection) -> None:
    conn.execute(select(1))
