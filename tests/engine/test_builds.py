"""An outside Temporal, PostgreSQL and two `python worker.py`: a newer build is promoted while leads sleep."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from nurture.client import PromotionRefused, connect, promote
from nurture.client.stranded import Unanswered, free_stranded
from nurture.clock import RealClock
from nurture.delivery.catcher import Catcher
from nurture.embedded.temporal import EmbeddedTemporal
from nurture.services.audit import audit
from nurture.services.enrol import enrol
from nurture.services.event_leads import LeadRef
from nurture.services.ingest import NewEvent, ingest
from nurture.store.session import Store
from nurture.store.tables import journeys
from tests.fixtures.content import BASE_URL, SECRET, House, make_house

CHECKOUT = Path(__file__).resolve().parent.parent.parent
LONG = {
    "campaign": "long",
    "enrol": {"on": "guide-form"},
    "steps": [
        {"send": "first"},
        {"wait": "up to 10d", "until": 'happened("demo-booked")', "time_up": [{"end": "silent"}]},
        {"send": "second"},
        {"end": "done"},
    ],
}
SHORT = {
    "campaign": "short",
    "enrol": {"on": "guide-form"},
    "steps": [{"wait": "1m"}, {"send": "soon"}, {"end": "done"}],
}
SLEEPERS = 6
OVER_ALREADY = timedelta(seconds=45)
ASKED_EVERY = 1.5
"""Seconds: the server answers few questions about builds."""


@pytest.mark.asyncio(loop_scope="session")
async def test_a_newer_build_takes_sleepers_and_short_waits_along(postgres_url: str, tmp_path: Path) -> None:
    store = Store(postgres_url)
    house = make_house(store)
    house.publish(LONG)
    house.publish(SHORT)
    async with EmbeddedTemporal(tmp_path, headless=True) as server, Catcher() as catcher:
        client = await connect(server.address)
        environment = environment_for(server.address, postgres_url, catcher.port, tmp_path)
        async with contextlib.AsyncExitStack() as stack:
            old = await stack.enter_async_context(workers(environment, "a", 2))
            await promoted(client, "a")
            leads = fall_asleep(house)
            await until(lambda: is_so(len(catcher.mails) == SLEEPERS))
            await until(lambda: waits_in_its_run(client, store))
            await stack.enter_async_context(workers(environment, "b", 1))
            await promoted(client, "b")
            await stop(old)
            for lead in leads:
                event = NewEvent("test", f"demo {lead}", "demo.booked", LeadRef(id=lead))
                house.do(ingest, house.desk.clock, [event])
            await until(lambda: all_ended(store, "long"))
            await until(lambda: freed(client), every=ASKED_EVERY)
            await until(lambda: all_ended(store, "short"))
            found = await audit(store, house.desk.clock, client)
            builds = await builds_that_ended(client)
            subjects = sorted(mail.subject for mail in catcher.mails)
    store.close()
    print(f"\nbuilds: n={SLEEPERS} asleep, 1 in a short wait; ended on {builds}")
    assert found.holds, found.findings
    assert found.outcomes == {"done": SLEEPERS + 1}
    assert builds == {"b": SLEEPERS + 1}
    assert subjects == sorted(["About first", "About second"] * SLEEPERS + ["About soon"])


def fall_asleep(house: House) -> list[str]:
    """Leads whose wait hibernates, and one whose wait is short."""
    leads = [house.lead() for _ in range(SLEEPERS)]
    for lead in leads:
        assert house.do(enrol, house.desk, "long", lead, "test").journey
    earlier = replace(house.desk, clock=Earlier())
    assert house.do(enrol, earlier, "short", house.lead(), "test").journey
    return leads


class Earlier(RealClock):
    """So that a minute's wait, the shortest a file can say, is partly over when it begins."""

    def now(self, conn: Connection) -> datetime:
        return super().now(conn) - OVER_ALREADY


def environment_for(temporal: str, database: str, smtp_port: int, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(CHECKOUT),
        "TEMPORAL_ADDRESS": temporal,
        "DATABASE_URL": database,
        "NURTURE_DATA_DIR": str(folder),
        "NURTURE_SMTP_HOST": "127.0.0.1",
        "NURTURE_SMTP_PORT": str(smtp_port),
        "NURTURE_SENDER_ADDRESS": "news@ours.example",
        "NURTURE_SENDER_NAME": "Ours",
        "NURTURE_COMPANY_NAME": "Ours Ltd",
        "NURTURE_COMPANY_ADDRESS": "1 Main Street, Town",
        "NURTURE_SECRET": SECRET,
        "NURTURE_BASE_URL": BASE_URL,
        "NURTURE_SEND_RATE": "100",
    }


@contextlib.asynccontextmanager
async def workers(
    environment: dict[str, str], build: str, count: int
) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "worker.py", cwd=CHECKOUT, env={**environment, "NURTURE_BUILD": build}
        )
        for _ in range(count)
    ]
    try:
        yield started
    finally:
        await stop(started)


async def stop(processes: list[asyncio.subprocess.Process]) -> None:
    for process in processes:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        assert await asyncio.wait_for(process.wait(), 40) == 0


async def promoted(client: Client, build: str) -> None:
    async def tried() -> bool:
        try:
            await promote(client, build)
        except PromotionRefused:
            return False
        return True

    await until(tried, every=ASKED_EVERY)


async def until(is_so: Callable[[], Awaitable[bool]], seconds: float = 240, every: float = 0.2) -> None:
    async with asyncio.timeout(seconds):
        while not await is_so():  # noqa: ASYNC110 - it happens in other processes
            await asyncio.sleep(every)


async def is_so(so: bool) -> bool:
    return so


async def waits_in_its_run(client: Client, store: Store) -> bool:
    """Its build has begun the wait, and would have to end it."""
    row = await store.read(lambda conn: conn.execute(select(journeys).filter_by(campaign="short")).one())
    if row.started_at is None:
        return False
    history = await client.get_workflow_handle(f"journey:short:{row.lead_id}:1").fetch_history()
    return any(event.event_type == EventType.EVENT_TYPE_TIMER_STARTED for event in history.events)


async def all_ended(store: Store, campaign: str) -> bool:
    states = await store.read(
        lambda conn: list(conn.scalars(select(journeys.c.state).where(journeys.c.campaign == campaign)))
    )
    return set(states) == {"ended"}


async def freed(client: Client) -> bool:
    """What the relay does once a minute when it has not heard of a build for 75 seconds; here after 3."""
    try:
        return await free_stranded(client, timedelta(seconds=3)) == 1
    except Unanswered:
        return False


async def builds_that_ended(client: Client) -> dict[str, int]:
    found: dict[str, int] = {}
    async for run in client.list_workflows('WorkflowType="Journey" AND ExecutionStatus="Completed"'):
        history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        last = [
            event.workflow_task_completed_event_attributes.deployment_version.build_id
            for event in history.events
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        ][-1]
        found[last] = found.get(last, 0) + 1
    return found
