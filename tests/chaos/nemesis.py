"""Killing with -9, at moments that a seed decides, and starting again as a supervisor would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random

from nurture.embedded.temporal import EmbeddedTemporal
from tests.chaos.orders import Orders
from tests.chaos.workers import Process, Workers

AGAIN_AFTER = 0.2
"""Seconds until a dead worker is started again."""
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
            await asyncio.shield(self._worker.ended)
            await asyncio.sleep(AGAIN_AFTER)

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
            server.kill()
            await asyncio.sleep(random.uniform(0.0, 0.5))
            await server.start()
            done.server += 1
        else:
            done.worker += worker.kill()
    return done
