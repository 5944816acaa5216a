"""People of sales who answer over the web while everything around them is killed."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
import uvicorn
from sqlalchemy import Connection, Row, create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError

from nurture.crm.fake import FakeCrm
from nurture.embedded.ports import listen
from nurture.services.sign_in import sign_in_link
from nurture.store.tables import handoffs, leads, users
from tests.chaos.orders import Orders
from tests.chaos.scene import Scene

OURS = {"Sec-Fetch-Site": "same-origin"}
LEFT_ALONE = 5
"""Every so many leads one is never answered."""


class Web:
    """The app as a process of its own, killed and started again on the same port."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        with listen("The web app", "127.0.0.1", 0, "--port") as bound:
            self.port = bound.getsockname()[1]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        line = self._orders.to_line().strip()
        command = sys.executable, "-m", "tests.chaos.web_child", line, str(self.port)
        self._process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Crm:
    """The fake one, which is away now and then."""

    def __init__(self, fake: FakeCrm) -> None:
        self._app = fake.app()
        with listen("The CRM", "127.0.0.1", 0, "--port") as bound:
            self.port = bound.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    async def start(self) -> None:
        bound = listen("The CRM", "127.0.0.1", self.port, "--port")
        self._server = uvicorn.Server(uvicorn.Config(self._app, log_level="critical", lifespan="off"))
        self._running = asyncio.create_task(self._server.serve([bound]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn tells it by nothing else
            await asyncio.sleep(0.01)

    async def kill(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        await self._running


@dataclass
class Reps:
    """Two of them answer each task at the same time, over and over until one has done it."""

    scene: Scene
    base: str
    random: Random
    statuses: Counter[int | str] = field(default_factory=Counter)
    saved: Counter[str] = field(default_factory=Counter)
    """Task -> how often somebody was told that it is saved."""
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()

    async def sign_in(self) -> None:
        found = await self.scene.store.read(
            lambda conn: conn.scalars(select(users.c.email).where(users.c.active.is_(True))).all()
        )
        for email in sorted(found):
            client = httpx.AsyncClient(base_url=self.base, headers=OURS, timeout=5)
            token = await self.scene.store.write(sign_in_link, email)
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.post(f"/signin/{token}")).status_code == 303:
                        break
                await asyncio.sleep(0.2)
            self.clients.append(client)

    async def run(self) -> None:
        while True:
            found: list[Row[Any]] = []
            with contextlib.suppress(DBAPIError):  # its connections are cut too
                found = await self.scene.store.read(waiting)
            for task in found:
                await self._answer(task)
            await asyncio.sleep(0.1)

    async def _answer(self, task: Row[Any]) -> None:
        two = self.random.sample(self.clients, 2)
        words: list[tuple[str, dict[str, str]]] = [("accept", {}), ("reject", {"reason": "not-now"})]
        given = [
            client.post(f"/inbox/{task.id}/{word}", data={"version": str(task.version), **more})
            for client, (word, more) in zip(two, words, strict=True)
        ]
        for done in await asyncio.gather(*given, return_exceptions=True):
            if isinstance(done, httpx.Response):
                self.statuses[done.status_code] += 1
                self.saved[task.id] += done.status_code == 303
            else:
                self.statuses["no answer"] += 1


def waiting(conn: Connection) -> list[Row[Any]]:
    query = select(handoffs, leads.c.email).join(leads, leads.c.id == handoffs.c.lead_id)
    rows = conn.execute(query.where(handoffs.c.state == "open", handoffs.c.clock > 0)).all()
    return [row for row in rows if number_of(row) % LEFT_ALONE]


def number_of(row: Row[Any]) -> int:
    return int(str(row.email).partition("@")[0].removeprefix("lead"))


def trouble_database(url: str) -> None:
    """All its connections are cut; a file is locked for a while."""
    if make_url(url).get_backend_name() == "sqlite":
        with contextlib.closing(sqlite3.connect(str(make_url(url).database), timeout=10)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("SELECT 1")
            conn.rollback()
        return
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    mine = "datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as conn:
        conn.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
    engine.dispose()
