"""The relay's part in hearing a CRM that cannot be looked at: what it tells was kept, and is brought home."""

from __future__ import annotations

import logging
import time
from typing import Any

from sqlalchemy import Row

from nurture.crm.connector import CrmDown, CrmGone, CrmRefused, Tells
from nurture.crm.told import Unreadable, read
from nurture.domain.mail_events import Odd
from nurture.relay.crm_pull import EVERY, REST, STEPPED_EVERY, source_of
from nurture.services import crm_cursor, hooks
from nurture.services.crm_told import empty, keep_page, take_told, tell_unreadable
from nurture.services.desk import Desk
from nurture.store.session import Store

log = logging.getLogger("nurture.crm")


class CrmToldRound:
    def __init__(self, store: Store, desk: Desk, crm: Tells) -> None:
        self._store = store
        self._desk = desk
        self._crm = crm
        self._source = source_of(crm.name)
        self._next = 0.0

    async def round(self) -> int:
        """How many messages were read, and whether there are more."""
        row = await self._store.read(hooks.waiting, self._source)
        if row is not None:
            if await self._store.read(crm_cursor.is_copy, self._desk):
                return 0
            return await self._hear(row)
        if time.monotonic() < self._next or await self._store.read(crm_cursor.is_copy, self._desk):
            return 0
        try:
            return await self._ask()
        except (CrmDown, CrmRefused, CrmGone) as failed:
            self._next = time.monotonic() + max(REST, getattr(failed, "retry_after", None) or 0.0)
            kind = getattr(failed, "kind", "gone")
            log.warning("the CRM did not answer", extra={"crm": self._crm.name, "kind": kind})
            await self._store.write(crm_cursor.move_on, self._crm.name, None, kind[:200])
            return 0

    async def _hear(self, row: Row[Any]) -> int:
        """One change is one transaction: a bad one leaves the others alone, and after a crash all are told
        once more."""
        odd: list[Odd] = []
        try:
            found = read(bytes(row.body))
        except Unreadable as error:
            found = [str(error)]
        for n, told in enumerate(found):
            if isinstance(told, str):
                odd.append(Odd(n, told))
                continue
            await self._store.write(take_told, self._desk, self._crm.name, told, row.received_at)
            self._desk.reached("crm/told")
        await self._store.write(tell_unreadable, self._crm.name, row, odd)
        await self._store.write(hooks.close, self._desk, row, odd)
        await self._store.write(empty, row.id)
        self._store.poke()
        return 1

    async def _ask(self) -> int:
        page = await self._crm.told(await self._store.read(crm_cursor.cursor_of, self._crm.name))
        if page is None:
            self._next = float("inf")
            return 0
        await self._store.write(keep_page, self._desk, self._crm.name, self._source, page)
        self._desk.reached("crm/asked")
        every = STEPPED_EVERY if self._desk.clock.stepped else EVERY
        self._next = time.monotonic() + (0.0 if page.more else every)
        return int(bool(page.body) or page.more)
