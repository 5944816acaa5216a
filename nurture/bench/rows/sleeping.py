"""Bytes that Temporal keeps for a lead who sleeps."""

from __future__ import annotations

import asyncio

from nurture.bench.campaign import CAMPAIGN, document, waits
from nurture.bench.figures import Figure, Reach, Side
from nurture.bench.histories import bytes_now
from nurture.bench.house import House, house
from nurture.bench.naive import naive_cost
from nurture.bench.plan import Plan
from nurture.bench.sides import LOOK_EVERY, Ours
from nurture.contract import workflow_id

WHAT = "bytes in Temporal per sleeping lead"
REACH = Reach("<=", 600)
JOURNEYS = 5
SLEEPS_WITHIN = 60.0
"""Seconds."""


async def measure(plan: Plan) -> list[Figure]:
    async with house(plan.folder / "sleeping") as home:
        plan.say("sleeping: the naive workflow")
        naive = await naive_cost(home.client)
        plan.say("sleeping: ours")
        sizes = await _sizes(plan, home)
    return [
        Figure(
            WHAT,
            max(sizes),
            REACH,
            Side("nurture", "bytes", sizes),
            Side("naive", "bytes", [naive.bytes]),
            (min(sizes), max(sizes)),
            {"events in the sleeping run": "1"},
        )
    ]


async def _sizes(plan: Plan, home: House) -> list[float]:
    """After the first mail, in a wait of seven days."""
    ours = Ours(home, document(waits("7d")), home.folder)
    leads = ours.leads(plan.amount(JOURNEYS))
    try:
        async with ours.running():
            await ours.enrol(leads)
            async with asyncio.timeout(SLEEPS_WITHIN):
                return [await _asleep(home, workflow_id(CAMPAIGN, lead, 1)) for lead in leads]
    finally:
        ours.close()


async def _asleep(home: House, workflow: str) -> float:
    """Once the run has ended that sent, and the next has not begun its first task."""
    while True:
        size, events = await bytes_now(home.client, workflow)
        if events == 1:
            return float(size)
        await asyncio.sleep(LOOK_EVERY)
