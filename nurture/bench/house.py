"""What both sides share: a Temporal server of their own, and a mail server that keeps what it gets."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from nurture.client import Client, connect
from nurture.embedded.temporal import EmbeddedTemporal
from nurture.settings import Settings

SECRET = "a secret of the bench only"
SENDER = "news@ours.example"
POOL = 8


@dataclass(frozen=True)
class House:
    folder: Path
    client: Client
    temporal: EmbeddedTemporal
    catcher: int
    """Its port."""
    catcher_pid: int

    def settings(self) -> Settings:
        return Settings(
            data_dir=self.folder,
            delivery="smtp",
            smtp_host="127.0.0.1",
            smtp_port=self.catcher,
            smtp_pool=POOL,
            sender_address=SENDER,
            sender_name="Ours",
            company_name="Ours Ltd",
            company_address="1 Main Street, Town",
            secret=SECRET,
            send_rate=10_000,
            start_rate=10_000,
        )


@contextlib.asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with EmbeddedTemporal(folder, headless=True) as temporal, catcher() as (port, pid):
        yield House(folder, await connect(temporal.address), temporal, port, pid)


@contextlib.asynccontextmanager
async def catcher(answer_after: float = 0.0) -> AsyncIterator[tuple[int, int]]:
    """A process of its own, so that its work is not counted as ours: (port, pid)."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "nurture.delivery.catcher", "--answer-after", str(answer_after)),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline()), process.pid
    finally:
        process.terminate()
        await process.wait()
