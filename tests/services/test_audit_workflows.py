"""The audit against a real Temporal: rows without workflows, and workflows without rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from sqlalchemy import select
from temporalio.client import Client
from temporalio.service import RPCError

from nurture.client import connect
from nurture.clock import RealClock
from nurture.contract import JOURNEY, workflow_id
from nurture.embedded.temporal import EmbeddedTemporal
from nurture.services.audit import Audit, audit
from nurture.store.tables import journeys
from tests.rows import CAMPAIGN, Rows
from tests.services.test_audit import broken

NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def temporal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedTemporal]:
    async with EmbeddedTemporal(tmp_path_factory.mktemp("temporal"), headless=True) as server:
        yield server


@pytest_asyncio.fixture
async def client(temporal: EmbeddedTemporal) -> AsyncIterator[Client]:
    """No worker polls, so what is started runs until the end of the test."""
    client = await connect(temporal.address)
    yield client
    while running := [found.id async for found in client.list_workflows('ExecutionStatus="Running"')]:
        for name in running:
            with suppress(RPCError):  # the listing lags: it has ended
                await client.get_workflow_handle(name).terminate()


async def start(client: Client, rows: Rows, journey: str) -> str:
    row = rows.store.read_sync(
        lambda conn: conn.execute(select(journeys).where(journeys.c.id == journey)).one()
    )
    name = workflow_id(row.campaign, row.lead_id, row.entry)
    await client.start_workflow(JOURNEY, id=name, task_queue="nobody")
    return name


async def listed(client: Client, *names: str) -> None:
    """Waits until Temporal's listing, which lags, has these and no others."""
    for _ in range(200):
        found = [found.id async for found in client.list_workflows('ExecutionStatus="Running"')]
        if sorted(found) == sorted(names):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"the listing never was {names}")


async def with_temporal(rows: Rows, client: Client) -> Audit:
    return await audit(rows.store, RealClock(), client)


async def test_rows_and_workflows_agree(rows: Rows, client: Client) -> None:
    for _ in range(3):
        await start(client, rows, rows.journey())
    await start(client, rows, rows.journey(attention="template"))
    rows.journey(entered_at=rows.ago(minutes=1))
    rows.ended()
    found = await with_temporal(rows, client)
    assert broken(found) == []
    assert found.temporal
    assert found.flight == {"running": 3, "starting": 1, "paused": 0}


async def test_a_journey_without_a_workflow_is_lost(rows: Rows, client: Client) -> None:
    lost = rows.journey()
    await start(client, rows, rows.journey())
    found = await with_temporal(rows, client)
    assert broken(found) == ["journeys without a workflow"]
    [finding] = [finding for finding in found.findings if not finding.holds]
    assert [row["journey"] for row in finding.rows] == [lost]
    assert found.balance["lost"] == 1
    # What the listing does not know yet, the server itself does.
    await start(client, rows, lost)
    assert (await with_temporal(rows, client)).holds


async def test_a_terminated_workflow_is_missed(rows: Rows, client: Client) -> None:
    name = await start(client, rows, rows.journey())
    await listed(client, name)
    await client.get_workflow_handle(name).terminate()
    await listed(client)
    assert broken(await with_temporal(rows, client)) == ["journeys without a workflow"]


async def test_a_workflow_of_an_ended_journey_is_seen(rows: Rows, client: Client) -> None:
    name = await start(client, rows, rows.ended())
    await listed(client, name)
    found = await with_temporal(rows, client)
    assert broken(found) == ["workflows of ended journeys"]
    [finding] = [finding for finding in found.findings if not finding.holds]
    assert [row["workflow"] for row in finding.rows] == [name]


@pytest.mark.parametrize("name", [f"journey:{CAMPAIGN}:{NOBODY}:1", "journey:nonsense"])
async def test_a_workflow_of_no_journey_is_seen(rows: Rows, client: Client, name: str) -> None:
    await client.start_workflow(JOURNEY, id=name, task_queue="nobody")
    await listed(client, name)
    assert broken(await with_temporal(rows, client)) == ["workflows of no journey"]


async def test_a_workflow_that_ends_at_this_moment_is_none(rows: Rows, client: Client) -> None:
    name = await start(client, rows, rows.ended())
    await listed(client, name)

    async def end() -> None:
        await asyncio.sleep(0.5)
        await client.get_workflow_handle(name).terminate()

    found, _ = await asyncio.gather(with_temporal(rows, client), end())
    assert found.holds
