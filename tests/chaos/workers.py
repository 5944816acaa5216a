"""Starting and killing worker processes through the fork server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from tests.chaos.orders import Orders

CHECKOUT = Path(__file__).resolve().parent.parent.parent
STOPS_WITHIN = 60.0


class Process:
    """One worker. ``ended`` is its exit code, negative for a signal."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def is_alive(self) -> bool:
        return not self.ended.done()

    def kill(self) -> None:
        if self.is_alive:
            os.kill(self.pid, signal.SIGKILL)

    async def stop(self) -> int:
        if self.is_alive:
            os.kill(self.pid, signal.SIGTERM)
        try:
            return await asyncio.wait_for(asyncio.shield(self.ended), STOPS_WITHIN)
        except TimeoutError:
            self.kill()
            return await self.ended


class Workers:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._starting: asyncio.Queue[asyncio.Future[Process]] = asyncio.Queue()
        self._living: dict[int, Process] = {}

    async def start(self, orders: Orders) -> Process:
        answer: asyncio.Future[Process] = asyncio.get_running_loop().create_future()
        self._starting.put_nowait(answer)
        assert self._process.stdin
        self._process.stdin.write(orders.to_line().encode())
        return await answer

    async def listen(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            message = json.loads(line)
            if "started" in message:
                worker = self._living[message["started"]] = Process(message["started"])
                self._starting.get_nowait().set_result(worker)
            elif "ended" in message:
                self._living.pop(message["ended"]).ended.set_result(message["code"])


@contextlib.asynccontextmanager
async def forking_workers(errors: IO[bytes]) -> AsyncIterator[Workers]:
    """``errors``: a file for what the workers log."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.chaos.zygote",
        cwd=CHECKOUT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    workers = Workers(process)
    listening = asyncio.create_task(workers.listen())
    try:
        yield workers
    finally:
        assert process.stdin
        process.stdin.close()
        await asyncio.wait_for(process.wait(), STOPS_WITHIN)
        await listening
