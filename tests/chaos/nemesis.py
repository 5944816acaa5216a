"""Killing with -9, at moments that a seed decides, and starting again as a supervisor would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random

from nurture.embedded.temporal import EmbeddedTemporal
from tests.chaos.orders import NOT_YET, Orders
from tests.chaos.workers import Process, Workers

AGAIN_AFTER, NOT_YET_AFTER = 0.2, 0.6
"""Seconds until a dead worker is started again, and one that found no Temporal."""
SERVERS = 0.4
"""The share of Temporal among the kills."""


class Supervised:
    """A worker that is always started again."""

    def __init__(self, workers: Workers, orders: Orders) -> None:
        self._workers = workers
        self._orders = orders
        self._worker: Process | None = None

    async def run(self) -> None:
        while True:
            self._worker = await self._workers.start(self._orders)
            code = await asyncio.shield(self._worker.ended)
            await asyncio.sleep(NOT_YET_AFTER if code == NOT_YET else AGAIN_AFTER)

    def kill(self) -> bool:
        """False: it was dead already."""
        if self._worker is None or not self._worker.is_alive:
            return False
        self._worker.kill()
        return True

    async def stop(self) -> None:
        if self._worker:
            await self._worker.stop()


@dataclass
class Kills:
    worker: int = 0
    server: int = 0

    @property
    def total(self) -> int:
        return self.worker + self.server


async def rage(random: Random, kills: int, worker: Supervised, server: EmbeddedTemporal) -> Kills:
    """``kills`` of them, a second or so apart."""
    done = Kills()
    while done.total < kills:
        await asyncio.sleep(random.uniform(0.5, 1.8))
        if random.random() < SERVERS:
            await _cut(random, server)
            done.server += 1
        else:
            done.worker += worker.kill()
    return done


async def strike(random: Random, kills: int, worker: Supervised) -> int:
    """The worker alone, ``kills`` times."""
    done = 0
    while done < kills:
        await asyncio.sleep(random.uniform(0.5, 1.8))
        done += worker.kill()
    return done


async def cut(random: Random, kills: int, server: EmbeddedTemporal) -> int:
    """Temporal alone, ``kills`` times."""
    for _ in range(kills):
        await asyncio.sleep(random.uniform(0.5, 2.5))
        await _cut(random, server)
    return kills


async def _cut(random: Random, server: EmbeddedTemporal) -> None:
    server.kill()
    await asyncio.sleep(random.uniform(0.0, 0.5))
    await server.start()
