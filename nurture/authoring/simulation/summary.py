"""A forecast in numbers, for tables, pictures and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

from nurture.authoring.simulation.forecast import Forecast
from nurture.authoring.simulation.tally import DONE, IN_FLIGHT
from nurture.domain.steps.send import Send

COLUMNS = ("gets", *DONE, "skips")
CALLED = {"gets": "sent", "becomes": "left", "bounces": "bounced"}
"""How a column is headed, where not by its word: who ``becomes unsubscribed`` has left."""
WHY = {"audience": "not in the audience", "enrol.if": "the `if` of `enrol` does not hold"}
"""Reasons for not being let in, where their names do not say it."""
WEEK = timedelta(days=7)
SATURDAY = 5


@dataclass(frozen=True)
class Row:
    message: str
    counts: Mapping[str, int]
    """By COLUMNS."""


@dataclass(frozen=True)
class Flow:
    """Something that happens on days: mails, or what goes to a team."""

    name: str
    days: Mapping[date, int]
    capacity: int | None = None
    """Most that can be taken on a working day, if the sales policy says so."""

    @property
    def total(self) -> int:
        return sum(self.days.values())

    @property
    def busiest(self) -> tuple[date, int] | None:
        return max(self.days.items(), key=lambda one: (one[1], -one[0].toordinal()), default=None)

    @property
    def over(self) -> int:
        """Days with more than can be taken."""
        return sum(1 for count in self.days.values() if self.capacity is not None and count > self.capacity)

    def weeks(self, start: date, days: int) -> Sequence[int]:
        counts = [0] * ceil(days / WEEK.days)
        for day, count in self.days.items():
            counts[min(max((day - start).days, 0) // WEEK.days, len(counts) - 1)] += count
        return counts


@dataclass(frozen=True)
class Summary:
    campaign: str
    leads: int
    start: date
    days: int
    rows: Sequence[Row]
    outcomes: Mapping[str, int]
    """Also those in flight; together all leads. The most frequent first."""
    goals: frozenset[str]
    flows: Sequence[Flow]
    """Mails first."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Of those not let in: why, the most frequent first."""
    unbrought: Sequence[str] = ()
    """What the campaign asks for and nobody brings, in sentences."""

    @property
    def reached(self) -> int:
        """Leads who ended with a winning outcome."""
        return sum(count for name, count in self.outcomes.items() if name in self.goals)


def summary(forecast: Forecast) -> Summary:
    tally, campaign = forecast.tally, forecast.campaign
    sends = [name for name, step in campaign.steps.items() if isinstance(step, Send)]
    teams = forecast.rules.sales.teams
    handed = [
        Flow(
            name,
            tally.series(name),
            teams[team].capacity if (team := name.rpartition(" ")[2]) in teams else None,
        )
        for word in ("handed", "task")
        for name in tally.names(word)
    ]
    ordered = sorted(tally.outcomes.items(), key=lambda one: (one[0] == IN_FLIGHT, -one[1], one[0]))
    return Summary(
        campaign=campaign.name,
        leads=tally.leads,
        start=forecast.arrivals.start.date(),
        days=forecast.days,
        rows=[Row(name, {column: tally.done[name, column] for column in COLUMNS}) for name in sends],
        outcomes=dict(ordered),
        refused={WHY.get(why, why): count for why, count in tally.refused.most_common()},
        goals=frozenset(campaign.goal),
        flows=[Flow("mails", tally.series("mails")), *handed],
        unbrought=forecast.unbrought,
    )


def reasons(found: Summary) -> str:
    """Why leads were not let in, as a line."""
    return ", ".join(f"{why} {count:,}" for why, count in found.refused.items())


def as_json(found: Summary) -> Mapping[str, object]:
    return {
        "campaign": found.campaign,
        "leads": found.leads,
        "start": found.start.isoformat(),
        "days": found.days,
        "messages": [{"message": row.message, **_named(row.counts)} for row in found.rows],
        "outcomes": dict(found.outcomes),
        "not_let_in": dict(found.refused),
        "goal": found.reached,
        "nobody": list(found.unbrought),
        "flows": [
            {
                "what": flow.name,
                "total": flow.total,
                "capacity": flow.capacity,
                "days_over": flow.over,
                "by_day": {day.isoformat(): count for day, count in flow.days.items()},
            }
            for flow in found.flows
        ],
    }


def _named(counts: Mapping[str, int]) -> dict[str, int]:
    return {CALLED.get(column, column): count for column, count in counts.items()}
