"""Leads a second of CPU in a forecast of 15 steps and 60 days, against every life walked by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from nurture.authoring.simulation.behaviour import load_behaviour
from nurture.authoring.simulation.forecast import Simulation, simulate
from nurture.authoring.simulation.people import Arrivals, Crowd, Person
from nurture.authoring.simulation.tally import Tally
from nurture.authoring.stories.playing import Rules
from nurture.bench.figures import Figure, Reach, Side
from nurture.bench.forecasting import BEHAVIOUR, CAMPAIGN, DICTIONARY, SALES
from nurture.bench.plan import Plan
from nurture.conditions import Conditions
from nurture.domain.campaign import load_campaign
from nurture.domain.dictionary import load_dictionary
from nurture.domain.sales import load_sales
from nurture.domain.scoring import ScoringPolicy

LEADS, DAYS, OVER = 20_000, 60, 20
REACH = Reach(">=", 3000)
BY_THEMSELVES = 40
"""One lead of so many is enough for the other side."""
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


class Alone(Simulation):
    """Every life from its beginning, whoever has lived the same before."""

    def live(self, people: Iterable[Person]) -> None:
        for person in people:
            super().live([person])


async def measure(plan: Plan) -> list[Figure]:
    dictionary = load_dictionary(DICTIONARY)
    rules = Rules(dictionary, Conditions(dictionary), load_sales(SALES), ScoringPolicy())
    campaign, behaviour = load_campaign(CAMPAIGN), load_behaviour(BEHAVIOUR)

    def together(leads: int) -> Tally:
        return simulate(campaign, rules, behaviour, Arrivals(MONDAY, leads, OVER, 1), DAYS).tally

    def alone(leads: int) -> Tally:
        simulation = Alone(campaign, rules, behaviour, MONDAY + timedelta(days=DAYS))
        simulation.live(Crowd(behaviour, dictionary, Arrivals(MONDAY, leads, OVER, 1)).people())
        return simulation.tally

    leads, few = plan.amount(LEADS), max(1, plan.amount(LEADS) // BY_THEMSELVES)
    ours: list[float] = []
    other: list[float] = []
    for number in range(plan.pairs):
        plan.say(f"simulation: {number + 1} of {plan.pairs}")
        sides: list[Callable[[], None]] = [
            lambda: ours.append(_rate(together, leads)),
            lambda: other.append(_rate(alone, few)),
        ]
        for side in sides if number % 2 else reversed(sides):
            side()
    mails = sum(count for (_, what), count in together(few).done.items() if what == "gets")
    return [
        Figure(
            f"leads a second of CPU in a forecast of {DAYS} days and {len(campaign.main)} steps",
            sorted(ours)[len(ours) // 2],
            REACH,
            Side("forecast", "leads/s", ours),
            Side("each alone", "leads/s", other),
            (min(ours), max(ours)),
            {"leads": f"{leads:,}", "mails per lead": f"{mails / few:.1f}"},
        )
    ]


def _rate(lived: Callable[[int], Tally], leads: int) -> float:
    before = time.process_time()
    tally = lived(leads)
    spent = time.process_time() - before
    assert tally.leads == leads
    return leads / spent
