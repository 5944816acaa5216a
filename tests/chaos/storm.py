"""300 journeys while their worker and Temporal are killed, and what came of them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, replace
from random import Random

from sqlalchemy import Connection, insert, select

from nurture.delivery.catcher import Faults
from nurture.services.attention import retry
from nurture.services.audit import Audit
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.wakes import Spread
from nurture.store.columns import new_id
from nurture.store.tables import journeys, leads
from tests.amount import examples
from tests.chaos.checker import Account
from tests.chaos.nemesis import Kills, Supervised, strike
from tests.chaos.scene import Scene, all_done
from tests.chaos.workers import Workers

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
GONE = 50
"""Every so many leads one has an address that does not exist."""
HEALS_WITHIN = 240.0 * examples(1, 3)
LOOKS_EVERY = 2.0
"""Seconds after which a person sends on whoever asks for one."""
LOOKED_AT = 20


@dataclass(frozen=True)
class Plan:
    """Of one run. ``naive``: it sends as people do it without a ledger."""

    name: str
    journeys: int
    worker_kills: int
    server_kills: int
    naive: bool = False


@dataclass
class Run:
    kills: Kills
    account: Account
    audit: Audit
    outcomes: Counter[str]
    hibernated: int
    retried: int
    open: int
    seconds: tuple[float, float]
    """Until the last kill, and from then until all was done."""

    def say(self, name: str) -> None:
        print(
            f"\nchaos {name}: seed={SEED} n={self.account.expected} mails, kills={self.kills.total}"
            f" ({self.kills.worker} worker, {self.kills.server} Temporal), {self.account};"
            f" journeys {dict(self.outcomes)}, {self.retried} retried by hand,"
            f" {self.hibernated} of the looked at hibernated;"
            f" {self.seconds[0]:.0f} s of kills, {self.seconds[1]:.0f} s to heal"
        )


async def run(plan: Plan, scene: Scene, workers: Workers, cutting: asyncio.Task[int]) -> Run:
    began = time.monotonic()
    supervised = Supervised(workers, replace(scene.orders, naive=plan.naive))
    running = asyncio.create_task(supervised.run())
    killed = await strike(Random(f"{SEED} {plan.name}"), plan.worker_kills, supervised)
    kills = Kills(killed, await asyncio.shield(cutting))
    raged = time.monotonic()
    retried = await heal(scene)
    healed = time.monotonic()
    audit = await scene.audit()
    running.cancel()
    await supervised.stop()
    ends = select(journeys.c.state, journeys.c.outcome)
    found = scene.store.read_sync(lambda conn: conn.execute(ends).all())
    still_open = sum(row.state == "open" for row in found)
    outcomes = Counter(row.outcome for row in found)
    hibernated = await count_hibernated(scene)
    account = scene.account(STEPS)
    scene.store.close()
    seconds = raged - began, healed - raged
    return Run(kills, account, audit, outcomes, hibernated, retried, still_open, seconds)


def populate(conn: Connection, desk: Desk, count: int) -> None:
    now = desk.clock.now(conn)
    for number in range(count):
        email = f"lead{number}@{'gone' if number % GONE == 0 else 'people'}.example"
        lead = {"id": new_id(), "email": email, "zone": "UTC", "created_at": now, "updated_at": now}
        conn.execute(insert(leads).values(lead))
        assert enrol(conn, desk, "chaos", str(lead["id"]), "chaos").journey


async def heal(scene: Scene) -> int:
    """Nobody kills any more. Journeys that ask for a person are sent on by one; how many."""
    retried, end = 0, time.monotonic() + HEALS_WITHIN
    while time.monotonic() < end:
        done = await scene.until(all_done, LOOKS_EVERY)
        _, count = await scene.store.write(retry, None, None, Spread(rate=100))
        retried += count
        if done and not count:
            break
    return retried


async def count_hibernated(scene: Scene) -> int:
    """Of some journeys, those whose workflow went on as a new run."""
    rows = scene.store.read_sync(lambda conn: conn.execute(select(journeys).limit(LOOKED_AT)).all())
    found = 0
    for row in rows:
        handle = scene.client.get_workflow_handle(f"journey:{row.campaign}:{row.lead_id}:{row.entry}")
        description = await handle.describe()
        started = description.raw_description.workflow_execution_info.first_run_id
        found += description.run_id != started
    return found
