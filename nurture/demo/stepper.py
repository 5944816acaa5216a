"""Moving a stepped clock: on to the next thing that happens, then waiting until all of it is done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.services.stepping import all_done, step_to, undone, upcoming, wake_next
from nurture.store.session import Store

LOOK_EVERY, HEARING = 0.02, 0.1
"""Seconds between two looks: without and with being told of what is done."""
STUCK_AFTER = 60.0
"""Seconds without anything done."""
DONE = ("/recorded", "/looked", "/closed", "/settled")
"""Ends of the points after which things may have come to rest."""


class Stuck(NurtureError):
    """Something that was due does not get done."""


class Stepper:
    def __init__(self, store: Store, desk: Desk) -> None:
        self._store = store
        self._desk = desk
        self._look_every = LOOK_EVERY
        self._heard = asyncio.Event()

    def hear(self, point: str) -> None:
        """For the desk to tell its points to; then nothing waits for the next look."""
        self._look_every = HEARING
        if point.endswith(DONE):
            self._heard.set()

    async def now(self) -> datetime:
        return await self._store.read(self._desk.clock.now)

    async def next(self) -> datetime | None:
        return await self._store.read(upcoming, self._desk)

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
        while not await self._store.read(all_done, self._desk, later):
            if time.monotonic() - began > STUCK_AFTER:
                rest = ", ".join(await self._store.read(undone, later)) or "mails of the morning"
                raise Stuck(
                    f"After {STUCK_AFTER:.0f} seconds something due is still not done: {rest}.",
                    "Look at `nurture attention`, `nurture audit` and the logs.",
                )
            with suppress(TimeoutError):
                await asyncio.wait_for(self._heard.wait(), self._look_every)
                began = time.monotonic()
            self._heard.clear()

    async def _step(self, instant: datetime) -> None:
        later = await self._store.write(step_to, instant)
        await self.settle(later)
        while later:
            later = await self._store.write(wake_next)
            await self.settle(later)
