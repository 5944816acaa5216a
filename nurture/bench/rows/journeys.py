"""Journeys a second, against the same campaign written by hand."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from nurture.bench.campaign import MESSAGES, document, waits
from nurture.bench.figures import Figure, Reach, Side, compared
from nurture.bench.house import House, house
from nurture.bench.machine import cpu_of, own_cpu
from nurture.bench.plan import Plan
from nurture.bench.sides import WAIT_MINUTES, Contender, HandWritten, Ours, always_hibernating
from nurture.bench.statements import statements

WHAT = "journeys/s against a hand-written workflow"
REACH = Reach(">=", 0.95)
JOURNEYS = 60
WARM_UP = 6


@dataclass(frozen=True)
class Lap:
    """What one side took for its journeys of one pair, in seconds and CPU seconds."""

    journeys: int
    seconds: float
    worker: float
    server: float
    statements: Counter[str]

    @property
    def rate(self) -> float:
        return self.journeys / self.seconds


@dataclass(frozen=True)
class Laps:
    ours: list[Lap]
    other: list[Lap]


async def measure(plan: Plan) -> list[Figure]:
    """Hibernating, and beside it with the waits in the run."""
    async with house(plan.folder / "journeys") as home:
        asleep = await _compare(plan, home, hibernates=True)
        in_run = await _compare(plan, home, hibernates=False)
    ours = Side("nurture", "journeys/s", [lap.rate for lap in asleep.ours])
    other = Side("by hand", "journeys/s", [lap.rate for lap in asleep.other])
    return [compared(WHAT, REACH, ours, other, _also(asleep, in_run))]


async def _compare(plan: Plan, home: House, *, hibernates: bool) -> Laps:
    folder = home.folder / ("hibernating" if hibernates else "in-run")
    folder.mkdir()
    ours = Ours(home, document(waits(f"{WAIT_MINUTES}m")), folder)
    other = HandWritten(home, folder, hibernates=hibernates)
    try:
        with always_hibernating(hibernates):
            return await _pairs(plan, home, ours, other)
    finally:
        ours.close()
        other.close()


async def _pairs(plan: Plan, home: House, ours: Contender, other: Contender) -> Laps:
    for side in (ours, other):
        await _lap(home, side, min(WARM_UP, plan.amount(JOURNEYS)))
    laps = Laps([], [])
    for number in range(plan.pairs):
        plan.say(f"journeys: pair {number + 1} of {plan.pairs}")
        # Who begins alternates too: whatever the machine does meanwhile hits both alike.
        for side in (ours, other) if number % 2 else (other, ours):
            lap = await _lap(home, side, plan.amount(JOURNEYS))
            (laps.ours if side is ours else laps.other).append(lap)
    return laps


async def _lap(home: House, side: Contender, count: int) -> Lap:
    leads = side.leads(count)
    async with side.running():
        with statements() as counted:
            began, worker, server = time.monotonic(), own_cpu(), cpu_of(home.temporal.pid)
            await side.live(leads)
            seconds = time.monotonic() - began
            return Lap(count, seconds, own_cpu() - worker, cpu_of(home.temporal.pid) - server, counted)


def _also(asleep: Laps, in_run: Laps) -> dict[str, str]:
    return {
        "in-run waits": _ratio([lap.rate for lap in in_run.ours], [lap.rate for lap in in_run.other]),
        "per CPU second of the worker": _ratio(
            [lap.journeys / lap.worker for lap in asleep.ours],
            [lap.journeys / lap.worker for lap in asleep.other],
        ),
        "per CPU second of worker and Temporal": _ratio(
            [lap.journeys / (lap.worker + lap.server) for lap in asleep.ours],
            [lap.journeys / (lap.worker + lap.server) for lap in asleep.other],
        ),
        "worker CPU per mail": _per_mail(asleep, lambda lap: lap.worker * 1000, " ms"),
        "Temporal CPU per mail": _per_mail(asleep, lambda lap: lap.server * 1000, " ms"),
        "statements per mail": _per_mail(asleep, lambda lap: float(lap.statements.total())),
    }


def _ratio(ours: list[float], other: list[float]) -> str:
    figure = compared("", REACH, Side("", "", ours), Side("", "", other))
    low, high = figure.spread or (0, 0)
    return f"{figure.value:.2f} ({low:.2f} to {high:.2f})"


def _per_mail(laps: Laps, of: Callable[[Lap], float], unit: str = "") -> str:
    def each(side: list[Lap]) -> str:
        mails = sum(lap.journeys for lap in side) * len(MESSAGES)
        return f"{sum(map(of, side)) / mails:.1f}{unit}"

    return f"{each(laps.ours)}, by hand {each(laps.other)}"
