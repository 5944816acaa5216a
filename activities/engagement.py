"""Effects that need only the database."""

from __future__ import annotations

from temporalio import activity

from nurture.contract import Turn
from nurture.services import engagement
from nurture.services.desk import Desk
from nurture.store.session import Store


class Engagement:
    def __init__(self, store: Store, desk: Desk) -> None:
        self._store = store
        self._desk = desk

    @activity.defn
    async def check_engagement(self, turn: Turn) -> Turn:
        return await self._done(await self._store.write(engagement.check, self._desk, turn))

    @activity.defn
    async def hand_off(self, turn: Turn) -> Turn:
        return await self._done(await self._store.write(engagement.hand_off, self._desk, turn))

    @activity.defn
    async def notify(self, turn: Turn) -> Turn:
        return await self._done(await self._store.write(engagement.notify, self._desk, turn))

    @activity.defn
    async def update_crm(self, turn: Turn) -> Turn:
        return await self._done(await self._store.write(engagement.update_crm, self._desk, turn))

    async def _done(self, turn: Turn) -> Turn:
        self._desk.reached("recorded")
        self._store.poke()
        return turn
