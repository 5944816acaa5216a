"""Worker and Temporal are killed with -9 at random, mail fails in every way; then the books are read.

Nothing is asserted while it goes wrong: a checker compares what the sink took with what the rows say, after
all has healed. The same with a sender that has no ledger must be caught.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from nurture.delivery.catcher import Catcher
from tests.amount import examples
from tests.chaos.nemesis import cut
from tests.chaos.scene import make_scene
from tests.chaos.servers import ManyNamespaces, client_of, ready_for
from tests.chaos.storm import CAMPAIGN, FAULTS, GONE, SEED, Plan, Run, populate, run
from tests.chaos.workers import Workers, forking_workers

pytestmark = [pytest.mark.chaos, pytest.mark.asyncio(loop_scope="session")]

WHOLE = Plan(
    "whole", journeys=examples(300, 1000), worker_kills=examples(15, 50), server_kills=examples(6, 20)
)
NAIVE = Plan("naive", journeys=50, worker_kills=5, server_kills=1, naive=True)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def workers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Workers]:
    with (tmp_path_factory.mktemp("chaos") / "workers.log").open("wb") as log:
        async with forking_workers(log) as workers:
            yield workers


async def run_chaos(url: str, workers: Workers, folder: Path, plan: Plan) -> Run:
    server = ManyNamespaces(folder / "temporal", [plan.name])
    async with server, Catcher(faults=replace(FAULTS, seed=SEED)) as catcher:
        await ready_for(server.address, [plan.name], folder)
        client = await client_of(server.address, plan.name)
        scene = make_scene(url, client, catcher, folder / plan.name)
        scene.house.publish(CAMPAIGN)
        scene.house.do(populate, scene.house.desk, plan.journeys)
        cutting = asyncio.create_task(cut(Random(SEED), plan.server_kills, server))
        return await run(plan, scene, workers, cutting)


async def test_nobody_is_lost_and_nothing_is_sent_twice(
    database_url: str, workers: Workers, tmp_path: Path
) -> None:
    run = await run_chaos(database_url, workers, tmp_path, WHOLE)
    run.say(database_url.partition(":")[0])
    assert run.account.problems == []
    assert run.account.duplicates == []
    assert run.kills.total >= 20
    assert run.open == 0
    assert run.audit.holds, [finding for finding in run.audit.findings if not finding.holds]
    assert run.audit.balance["lost"] == 0
    assert run.hibernated > 0
    assert run.outcomes["bounced"] == WHOLE.journeys // GONE


async def test_a_sender_without_a_ledger_is_caught(sqlite_url: str, workers: Workers, tmp_path: Path) -> None:
    run = await run_chaos(sqlite_url, workers, tmp_path, NAIVE)
    run.say("naive")
    assert len(run.account.duplicates) > 0
