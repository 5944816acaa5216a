"""The two sides of the journeys' row: this engine, and the same campaign written by hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select
from temporalio.worker import Worker

from nurture import contract
from nurture.bench.by_hand import rows
from nurture.bench.by_hand.activity import ByHandMessages
from nurture.bench.campaign import CAMPAIGN, DICTIONARY, texts
from nurture.bench.clock import FASTER, QuickClock
from nurture.bench.house import House
from nurture.client.sandbox import sandboxed
from nurture.clock import RealClock
from nurture.delivery.links import Links
from nurture.delivery.registry import PROVIDERS
from nurture.services.adopt import ensure_installation
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.letterhead import letterhead
from nurture.services.publish import publish_campaign, publish_policy
from nurture.store.columns import new_id
from nurture.store.migrate import upgrade
from nurture.store.session import Store
from nurture.store.tables import journeys, leads
from worker import DRAIN, SLOTS, Work
from workflows.by_hand import QUEUE, SEND_QUEUE, ByHand

LOOK_EVERY = 0.05
STARTS_AT_ONCE = 20
ENROLLED_AT_ONCE = 10
STOPS_WITHIN = 300.0
"""Seconds that a side may take in all."""
WAIT_MINUTES = 1
"""Of campaign time: a second of the machine's."""


class Contender(Protocol):
    name: str

    def leads(self, count: int) -> list[str]: ...

    def running(self) -> contextlib.AbstractAsyncContextManager[None]: ...

    async def live(self, lead_ids: Sequence[str]) -> None:
        """Enrols them all, and waits until each is through."""
        ...

    def close(self) -> None: ...


class Ours:
    name = "nurture"

    def __init__(self, house: House, document: dict[str, Any], folder: Path) -> None:
        self.store = new_store(folder / "ours.db")
        self.desk = open_house(self.store, house, QuickClock())
        self.store.write_sync(publish_campaign, self.desk.clock, document, texts())
        self._house = house
        self._settings = house.settings()

    def leads(self, count: int) -> list[str]:
        return self.store.write_sync(add_leads, self.desk, count)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        provider = PROVIDERS["smtp"](self._settings)
        work = Work(self._settings, self._house.client, self.store, self.desk, provider)
        stop, ready = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(work.run(stop, ready))
        await ready.wait()
        while self.desk.rest != "hibernate":  # noqa: ASYNC110 - until the server was tried
            await asyncio.sleep(LOOK_EVERY)
        try:
            yield
        finally:
            stop.set()
            await task

    async def live(self, lead_ids: Sequence[str]) -> None:
        await self.enrol(lead_ids)
        await until_none(self.store, open_journeys)

    async def enrol(self, lead_ids: Sequence[str]) -> None:
        """A few at a time: the first are on their way while the others still enter."""

        def these(conn: Connection, some: Sequence[str]) -> None:
            for lead in some:
                enrol(conn, self.desk, CAMPAIGN, lead, f"bench:{lead}")

        for first in range(0, len(lead_ids), ENROLLED_AT_ONCE):
            await self.store.write(these, lead_ids[first : first + ENROLLED_AT_ONCE])
            self.store.poke()

    def close(self) -> None:
        self.store.close()


class HandWritten:
    name = "by hand"

    def __init__(self, house: House, folder: Path, *, hibernates: bool) -> None:
        self.store = new_store(folder / "by-hand.db")
        self.desk = open_house(self.store, house, RealClock())
        self.store.write_sync(rows.metadata.create_all)
        self._house = house
        self._settings = house.settings()
        self._hibernates = hibernates

    def leads(self, count: int) -> list[str]:
        return self.store.write_sync(add_leads, self.desk, count)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        provider = PROVIDERS["smtp"](self._settings)
        links = Links(self._settings.web_url, self.desk.secrets)
        messages = ByHandMessages(self.store, self.desk, provider, letterhead(self._settings, links))
        journeys_ = Worker(
            self._house.client,
            task_queue=QUEUE,
            workflows=[ByHand],
            workflow_runner=sandboxed(ByHand),
            graceful_shutdown_timeout=DRAIN,
        )
        sends = Worker(
            self._house.client,
            task_queue=SEND_QUEUE,
            activities=[messages.send_campaign_mail],
            max_concurrent_activities=SLOTS,
            max_task_queue_activities_per_second=self._settings.send_rate,
            graceful_shutdown_timeout=DRAIN,
        )
        try:
            async with journeys_, sends:
                yield
        finally:
            await provider.close()

    async def live(self, lead_ids: Sequence[str]) -> None:
        gate = asyncio.Semaphore(STARTS_AT_ONCE)

        async def start(enrolment: str) -> None:
            async with gate:
                await self._house.client.start_workflow(
                    ByHand.run,
                    args=[enrolment, 0, WAIT_MINUTES * 60 / FASTER, self._hibernates],
                    id=f"by-hand:{enrolment}",
                    task_queue=QUEUE,
                )

        enrolments = await self.store.write(rows.enrol, lead_ids)
        await asyncio.gather(*map(start, enrolments))
        await until_none(self.store, rows.open_ones)

    def close(self) -> None:
        self.store.close()


@contextlib.contextmanager
def always_hibernating(always: bool) -> Iterator[None]:
    """Also from the short waits of a bench; else as ever."""
    usual = contract.IN_RUN_AT_MOST
    contract.IN_RUN_AT_MOST = timedelta() if always else usual
    try:
        yield
    finally:
        contract.IN_RUN_AT_MOST = usual


def new_store(file: Path) -> Store:
    url = f"sqlite:///{file}"
    upgrade(url)
    return Store(url)


def open_house(store: Store, house: House, clock: Any) -> Desk:
    settings = house.settings()
    store.write_sync(ensure_installation, "real", settings.web_url, house.client.namespace)
    store.write_sync(publish_policy, clock, "dictionary", DICTIONARY)
    return Desk(
        clock,
        settings.given_secrets,
        settings.web_url,
        house.client.namespace,
        sender_address=settings.sender_address,
        send_rate=settings.send_rate,
        jitter=timedelta(),
    )


def add_leads(conn: Connection, desk: Desk, count: int) -> list[str]:
    now = desk.clock.now(conn)
    people = [
        {
            "id": new_id(),
            "email": f"{uuid4().hex[:12]}@people.example",
            "first_name": "Kim",
            "zone": "UTC",
            "fields": {"industry": "retail"},
            "tags": [],
            "created_at": now,
            "updated_at": now,
        }
        for _ in range(count)
    ]
    conn.execute(insert(leads), people)
    return [str(person["id"]) for person in people]


def open_journeys(conn: Connection) -> int:
    return conn.execute(
        select(func.count()).where(journeys.c.state == "open").select_from(journeys)
    ).scalar_one()


async def until_none(store: Store, count: Callable[[Connection], int]) -> None:
    async with asyncio.timeout(STOPS_WITHIN):
        while await store.read(count):  # noqa: ASYNC110 - other processes may write
            await asyncio.sleep(LOOK_EVERY)
