"""Temporal's billable actions of one journey of five messages and four waits, counted from its histories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nurture.bench.campaign import CAMPAIGN, checked_waits, document, waits
from nurture.bench.figures import Figure, Reach, Side
from nurture.bench.histories import actions
from nurture.bench.house import House, house
from nurture.bench.naive import naive_cost
from nurture.bench.plan import Plan
from nurture.bench.sides import WAIT_MINUTES, Ours, always_hibernating
from nurture.contract import workflow_id

JOURNEYS = 3
FLOOR = 10
"""A start, five sends, four waits: less is not possible with a workflow per lead that really waits."""
SPAN = f"{WAIT_MINUTES}m"
WAYS: Mapping[str, tuple[Reach, Sequence[Mapping[str, Any]]]] = {
    "a check after every wait": (Reach("<=", 14), checked_waits(SPAN)),
    "no checks": (Reach("<=", 11), waits(SPAN)),
}


async def measure(plan: Plan) -> list[Figure]:
    async with house(plan.folder / "actions") as home:
        plan.say("actions: the naive workflow")
        naive = await naive_cost(home.client)
        figures = []
        for name, (reach, between) in WAYS.items():
            plan.say(f"actions: {name}")
            counts = await _counts(plan, home, name, between)
            totals = [float(count.total()) for count in counts]
            figures.append(
                Figure(
                    f"Temporal actions of 5 messages and 4 waits, {name}",
                    max(totals),
                    reach,
                    Side("nurture", "actions", totals),
                    Side("naive", "actions", [naive.actions]),
                    (min(totals), max(totals)),
                    {"floor": str(FLOOR), "one journey": _words(counts[0])},
                )
            )
    return figures


async def _counts(
    plan: Plan, home: House, name: str, between: Sequence[Mapping[str, Any]]
) -> list[Counter[str]]:
    folder = home.folder / name.replace(" ", "-")
    folder.mkdir()
    ours = Ours(home, document(between), folder)
    leads = ours.leads(plan.amount(JOURNEYS))
    try:
        with always_hibernating(True):
            async with ours.running():
                await ours.live(leads)
        return [await actions(home.client, workflow_id(CAMPAIGN, lead, 1)) for lead in leads]
    finally:
        ours.close()


def _words(count: Counter[str]) -> str:
    return ", ".join(f"{many} {kind}" for kind, many in count.most_common())
