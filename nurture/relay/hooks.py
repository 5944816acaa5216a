"""The relay's part in webhooks of providers: reads what came in, and books it."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import OperationalError

from nurture.delivery.hooks import Call, Hook
from nurture.domain.mail_events import MailEvent, Odd
from nurture.http import CallFailed, Http
from nurture.services import hooks
from nurture.services.desk import Desk
from nurture.services.feedback import rematch
from nurture.store.session import Store

log = logging.getLogger("nurture.hooks")

SEE_TO_EVERY = 60.0
"""Seconds between looks at what found no mail, and at what is old."""
TRIES = 2
"""Of a body whose reading ends in a bug: once may be chance, and all others wait behind it."""


class HooksRound:
    """``http``: for addresses that must be asked to confirm a subscription."""

    def __init__(self, store: Store, desk: Desk, hook: Hook, http: Http) -> None:
        self._store = store
        self._desk = desk
        self._hook = hook
        self._http = http
        self._seen_to = float("-inf")
        self._tries: dict[str, int] = {}
        self._after = 0

    async def round(self) -> int:
        """How many bodies were read: one at a time."""
        row = await self._store.read(hooks.waiting, self._hook.name)
        if row is None:
            return await self._see_to()
        tries = self._tries.get(row.id, 0)
        if tries >= TRIES:
            log.error("a webhook is set aside: reading it failed twice", extra={"inbox": row.id})
            await self._store.write(hooks.close, self._desk, row, [Odd(0, "reading it failed")])
            return 1
        self._tries = {row.id: tries + 1}
        try:
            await self._take(row)
        except OperationalError:
            self._tries = {}
            raise
        self._tries = {}
        self._store.poke()
        return 1

    async def _take(self, row: Row[Any]) -> None:
        call = Call(row.headers or {}, bytes(row.body))
        found = await asyncio.to_thread(self._hook.events, call)
        self._desk.reached("hooks/read")
        for events in hooks.parts(found):
            await self._store.write(hooks.take, self._desk, row, events)
            self._desk.reached("hooks/taken")
        for link in [one.link for one in found if isinstance(one, MailEvent) and one.link]:
            await self._confirm(link)
        await self._store.write(hooks.close, self._desk, row, found)
        self._desk.reached("hooks/done")

    async def close(self) -> None:
        await self._http.close()

    async def _see_to(self) -> int:
        """A page at a time: what comes in meanwhile goes first."""
        if not self._after:
            if time.monotonic() - self._seen_to < SEE_TO_EVERY:
                return 0
            self._seen_to = time.monotonic()
            await self._store.write(hooks.forget, self._desk)
        found, self._after = await self._store.write(rematch, self._desk, self._after)
        return found + self._after

    async def _confirm(self, link: str) -> None:
        """Trouble is told in the log: the provider shows an unconfirmed subscription too."""
        try:
            reply = await self._http.get(link)
        except CallFailed as failed:
            log.warning("a subscription was not confirmed", extra={"kind": failed.kind})
            return
        log.info("a subscription was confirmed", extra={"status": reply.status})
