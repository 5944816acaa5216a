"""Effects that need only the database."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection
from temporalio import activity

from nurture.contract import Turn
from nurture.services import engagement
from nurture.services.desk import Desk
from nurture.services.turns import begun_before
from nurture.store.session import Store


class Engagement:
    def __init__(self, store: Store, desk: Desk) -> None:
        self._store = store
        self._desk = desk

    @activity.defn
    async def check_engagement(self, turn: Turn) -> Turn:
        return await self._perform(engagement.check, turn)

    @activity.defn
    async def hand_off(self, turn: Turn) -> Turn:
        return await self._perform(engagement.hand_off, turn)

    @activity.defn
    async def create_task(self, turn: Turn) -> Turn:
        return await self._perform(engagement.create_task, turn)

    @activity.defn
    async def notify(self, turn: Turn) -> Turn:
        return await self._perform(engagement.notify, turn)

    @activity.defn
    async def update_crm(self, turn: Turn) -> Turn:
        return await self._perform(engagement.update_crm, turn)

    async def _perform(self, effect: Callable[[Connection, Desk, Turn], Turn], turn: Turn) -> Turn:
        if activity.info().attempt > 1:
            await self._store.write(begun_before, turn)
        self._desk.reached(f"{turn.effect}/begun")
        done = await self._store.write(effect, self._desk, turn)
        self._desk.reached(f"{turn.effect}/recorded")
        if turn.effect != "check_engagement":
            self._store.poke()
        return done
