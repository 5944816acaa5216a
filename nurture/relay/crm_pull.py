"""The relay's part in listening to a CRM: whom its webhooks name is looked at, and whoever has changed."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from nurture.crm.connector import CrmDown, CrmHook, CrmRefused, Pulls
from nurture.crm.remote import Whom
from nurture.delivery.hooks import Call
from nurture.domain.mail_events import Odd
from nurture.services import crm_cursor, hooks
from nurture.services.crm_seen import take_seen
from nurture.services.desk import Desk
from nurture.store.session import Store

log = logging.getLogger("nurture.crm")

EVERY = 30.0
"""Seconds between two questions; a CRM that tells by webhooks is asked too, as none tells everything."""
STEPPED_EVERY = 1.0
REST = 60.0
"""Seconds after a question that was not answered."""
SETTLES = timedelta(seconds=5)
"""What we wrote a moment ago may not show yet."""
AT_ONCE = 50


def source_of(crm: str) -> str:
    """Of its webhooks in the inbox."""
    return f"crm {crm}"


class CrmPullRound:
    def __init__(
        self, store: Store, desk: Desk, crm: Pulls, hook: CrmHook | None, settles: timedelta = SETTLES
    ) -> None:
        self._store = store
        self._desk = desk
        self._crm = crm
        self._hook = hook
        self._settles = settles
        self._next = 0.0

    async def round(self) -> int:
        """How many people were looked at."""
        if time.monotonic() < self._next and self._hook is None:
            return 0
        row = await self._store.read(hooks.waiting, source_of(self._crm.name)) if self._hook else None
        if row is None and time.monotonic() < self._next:
            return 0
        if await self._store.read(crm_cursor.is_copy, self._desk):
            return 0
        try:
            return await self._hear(row) if row else await self._ask()
        except (CrmDown, CrmRefused) as failed:
            self._next = time.monotonic() + max(REST, getattr(failed, "retry_after", None) or 0.0)
            log.warning("the CRM did not answer", extra={"crm": self._crm.name, "kind": failed.kind})
            await self._store.write(crm_cursor.move_on, self._crm.name, None, failed.kind[:200])
            return 0

    async def _hear(self, row: Row[Any]) -> int:
        """A webhook says whom to look at; while the CRM does not answer it stays in the inbox."""
        assert self._hook is not None
        try:
            people = self._hook.named(Call(row.headers or {}, bytes(row.body)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            await self._store.write(hooks.close, self._desk, row, [Odd(0, "it cannot be read")])
            return 1
        if time.monotonic() < self._next:
            return 0
        await self.look(people, hinted=True)
        self._desk.reached("crm/heard")
        await self._store.write(hooks.close, self._desk, row, [])
        return max(1, len(people))

    async def _ask(self) -> int:
        page = await self._crm.changed(await self._store.read(crm_cursor.cursor_of, self._crm.name))
        await self.look(page.people)
        self._desk.reached("crm/asked")
        await self._store.write(crm_cursor.move_on, self._crm.name, page.cursor)
        every = STEPPED_EVERY if self._desk.clock.stepped else EVERY
        self._next = time.monotonic() + (0.0 if page.more else every)
        return int(page.more)

    async def look(self, people: Sequence[Whom], *, hinted: bool = False) -> None:
        """Reads them as they stand now, and brings home what is new."""
        unique = list(dict.fromkeys(people))
        for start in range(0, len(unique), AT_ONCE):
            asked = await self._store.read(crm_cursor.database_time) - self._settles
            mapping = await self._store.read(self._mapping)
            for seen in await self._crm.look(unique[start : start + AT_ONCE], mapping):
                await self._store.write(
                    take_seen, self._desk, self._crm.name, seen, hinted=hinted, asked=asked
                )
                self._desk.reached("crm/seen")
        if unique:
            self._store.poke()

    def _mapping(self, conn: Connection) -> Any:
        return self._desk.library.crm(conn, self._crm.name)
