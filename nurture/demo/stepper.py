"""Moving a stepped clock: on to the next thing that happens, then waiting until all of it is done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from datetime import datetime

from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.services.stepping import is_quiet, next_instant, step_to, wake_next
from nurture.store.session import Store

LOOK_EVERY = 0.02
STUCK_AFTER = 60.0
"""Seconds."""


class Stuck(NurtureError):
    """Something that was due does not get done."""


class Stepper:
    def __init__(self, store: Store, desk: Desk) -> None:
        self._store = store
        self._desk = desk

    async def now(self) -> datetime:
        return await self._store.read(self._desk.clock.now)

    async def next(self) -> datetime | None:
        return await self._store.read(next_instant)

    async def to(self, instant: datetime) -> None:
        """To ``instant``, and until everything due by then is done. Nothing between is passed over."""
        await self.settle()
        while (following := await self.next()) and following < instant:
            await self._step(following)
        await self._step(instant)

    async def on(self, until: datetime) -> datetime:
        """One step: to the next thing that happens by itself, or to ``until`` if that is sooner."""
        following = await self.next()
        instant = until if following is None else min(following, until)
        await self._step(instant)
        return instant

    async def settle(self, later: Collection[str] = ()) -> None:
        """``later``: journeys that wait until the others are done."""
        began = time.monotonic()
        self._store.poke()
        while not await self._store.read(is_quiet, self._desk, later):
            if time.monotonic() - began > STUCK_AFTER:
                raise Stuck(
                    f"After {STUCK_AFTER:.0f} seconds something due is still not done.",
                    "Look at `nurture attention`, `nurture audit` and the logs.",
                )
            await asyncio.sleep(LOOK_EVERY)

    async def _step(self, instant: datetime) -> None:
        later = await self._store.write(step_to, self._desk, instant)
        await self.settle(later)
        while later:
            later = await self._store.write(wake_next, self._desk)
            await self.settle(later)
