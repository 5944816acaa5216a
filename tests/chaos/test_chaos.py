"""Worker and Temporal are killed with -9 at random, mail fails in every way; then the books are read.

Nothing is asserted while it goes wrong: a checker compares what the sink took with what the rows say, after
all has healed. The same with a sender that has no ledger must be caught.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from nurture.delivery.catcher import Catcher, Faults
from nurture.services.attention import retry
from nurture.services.audit import Audit
from nurture.services.enrol import enrol
from nurture.services.wakes import Spread
from nurture.store.tables import journeys
from tests.amount import examples
from tests.chaos.checker import Account
from tests.chaos.nemesis import Kills, Supervised, rage
from tests.chaos.scene import Scene, all_done, make_scene
from tests.chaos.servers import ManyNamespaces, client_of, ready_for
from tests.chaos.workers import Workers, forking_workers

pytestmark = [pytest.mark.chaos, pytest.mark.asyncio(loop_scope="session")]

CAMPAIGN = {
    "campaign": "chaos",
    "enrol": {"on": "guide-form"},
    "steps": [
        {"send": "first"},
        {"wait": "1m"},
        {"send": "second"},
        {"wait": "5m"},
        {"send": "third"},
        {"end": "done"},
    ],
}
STEPS = ["first", "second", "third"]
"""One wait in the run, one that hibernates."""
FAULTS = Faults(
    drop_before_accept=0.02,
    defer_after_data=0.02,
    accept_then_drop=0.02,
    defer_at_rcpt=0.04,
    refuse=lambda address: address.endswith("@gone.example"),
)
SEED = 20260302
JOURNEYS, KILLS = examples(300, 1000), examples(21, 70)
GONE = 50
"""Every so many leads one has an address that does not exist."""
HEALS_WITHIN = 240.0 * examples(1, 3)


@dataclass
class Run:
    kills: Kills
    account: Account
    audit: Audit
    outcomes: Counter[str]
    hibernated: int
    retried: int
    open: int
    seconds: float

    def say(self, name: str) -> None:
        print(
            f"\nchaos {name}: seed={SEED} n={self.account.expected} mails, kills={self.kills.total}"
            f" ({self.kills.worker} worker, {self.kills.server} Temporal), {self.account};"
            f" journeys {dict(self.outcomes)}, {self.retried} retried by hand,"
            f" {self.hibernated} of the looked at hibernated; {self.seconds:.0f} s"
        )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def workers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Workers]:
    with (tmp_path_factory.mktemp("chaos") / "workers.log").open("wb") as log:
        async with forking_workers(log) as workers:
            yield workers


async def run_chaos(
    url: str, workers: Workers, folder: Path, count: int, kills: int, *, naive: bool = False
) -> Run:
    began = time.monotonic()
    server = ManyNamespaces(folder / "temporal", ["chaos"])
    async with server, Catcher(faults=replace(FAULTS, seed=SEED)) as catcher:
        client = await client_of(server.address, "chaos")
        await ready_for(server.address, [client.namespace], folder)
        scene = make_scene(url, client, catcher, folder / client.namespace)
        scene.house.publish(CAMPAIGN)
        populate(scene, count)
        supervised = Supervised(workers, replace(scene.orders, naive=naive))
        running = asyncio.create_task(supervised.run())
        done = await rage(Random(SEED), kills, supervised, server)
        retried = await heal(scene)
        audit = await scene.audit()
        running.cancel()
        await supervised.stop()
        outcomes = Counter(scene.store.read_sync(lambda conn: list(conn.scalars(select(journeys.c.outcome)))))
        still_open = scene.store.read_sync(
            lambda conn: conn.scalar(select(func.count()).where(journeys.c.state == "open"))
        )
        hibernated = await count_hibernated(scene)
        account = scene.account(STEPS)
        scene.store.close()
    return Run(done, account, audit, outcomes, hibernated, retried, still_open or 0, time.monotonic() - began)


def populate(scene: Scene, count: int) -> None:
    house = scene.house
    for number in range(count):
        place = "gone" if number % GONE == 0 else "people"
        lead = house.lead(email=f"lead{number}@{place}.example")
        assert house.do(enrol, house.desk, "chaos", lead, "chaos").journey


async def heal(scene: Scene) -> int:
    """Nobody kills any more. Journeys that ask for a person are sent on by one; how many."""
    retried = 0
    while True:
        await scene.until(all_done, HEALS_WITHIN)
        _, count = await scene.store.write(retry, None, None, Spread(rate=100))
        retried += count
        if not count:
            return retried


async def count_hibernated(scene: Scene) -> int:
    """Of a hundred journeys, those whose workflow went on as a new run."""
    rows = scene.store.read_sync(lambda conn: conn.execute(select(journeys).limit(100)).all())
    found = 0
    for row in rows:
        handle = scene.client.get_workflow_handle(f"journey:{row.campaign}:{row.lead_id}:{row.entry}")
        description = await handle.describe()
        started = description.raw_description.workflow_execution_info.first_run_id
        found += description.run_id != started
    return found


async def test_nobody_is_lost_and_nothing_is_sent_twice(
    database_url: str, workers: Workers, tmp_path: Path
) -> None:
    run = await run_chaos(database_url, workers, tmp_path, JOURNEYS, KILLS)
    run.say(database_url.partition(":")[0])
    assert run.account.problems == []
    assert run.account.duplicates == []
    assert run.kills.total >= 20
    assert run.open == 0
    assert run.audit.holds, [finding for finding in run.audit.findings if not finding.holds]
    assert run.audit.balance["lost"] == 0
    assert run.hibernated > 0
    assert run.outcomes["bounced"] == JOURNEYS // GONE


async def test_a_sender_without_a_ledger_is_caught(sqlite_url: str, workers: Workers, tmp_path: Path) -> None:
    run = await run_chaos(sqlite_url, workers, tmp_path, 120, 8, naive=True)
    run.say("naive")
    assert len(run.account.duplicates) > 0
