"""Events that come one by one, taken together: whoever comes in while a transaction is under way shares the
next one, so that a thousand small calls cost little more than one large one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from nurture.clock import Clock
from nurture.services.ingest import Accepted, NewEvent, ingest
from nurture.store.session import Store

MOST = 1000
"""Events of one transaction, unless a single call has more."""

Call = tuple[Sequence[NewEvent], "asyncio.Future[list[Accepted]]"]


class Intake:
    def __init__(self, store: Store, clock: Clock, secrets: Sequence[str] = ()) -> None:
        """``secrets``: of the hashes of addresses, the newest first."""
        self._store = store
        self._clock = clock
        self._secrets = secrets
        self._waiting: list[Call] = []
        self._taking: asyncio.Task[None] | None = None

    async def take(self, events: Sequence[NewEvent]) -> list[Accepted]:
        """Committed when this returns; one result per event, in order."""
        told: asyncio.Future[list[Accepted]] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, told))
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take_all())
        return await told

    async def _take_all(self) -> None:
        while self._waiting:
            group = self._next()
            found = await self._written([event for events, _ in group for event in events])
            if isinstance(found, BaseException) and len(group) > 1:
                # One of them may be why: each stands or falls alone.
                alone = await asyncio.gather(*(self._written(events) for events, _ in group))
                self._tell(group, alone)
            elif isinstance(found, BaseException):
                self._tell(group, [found] * len(group))
            else:
                left = iter(found)
                self._tell(group, [[next(left) for _ in events] for events, _ in group])

    def _next(self) -> list[Call]:
        group, count = [self._waiting.pop(0)], 0
        while self._waiting and count + len(self._waiting[0][0]) <= MOST:
            group.append(self._waiting.pop(0))
            count += len(group[-1][0])
        return group

    async def _written(self, events: Sequence[NewEvent]) -> list[Accepted] | BaseException:
        (found,) = await asyncio.gather(
            self._store.write(ingest, self._clock, events, secrets=self._secrets), return_exceptions=True
        )
        return found

    def _tell(self, group: Sequence[Call], found: Sequence[list[Accepted] | BaseException]) -> None:
        for (_, told), result in zip(group, found, strict=True):
            if told.done():  # whoever asked has gone
                continue
            if isinstance(result, BaseException):
                told.set_exception(result)
            else:
                told.set_result(result)
