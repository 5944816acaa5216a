"""What came of a campaign: its measures, its tests, and how the held out did without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from nurture.domain.campaign import Campaign
from nurture.domain.chance import HOLDOUT
from nurture.domain.intervals import difference, interval
from nurture.domain.measures import counted_as, shares_of
from nurture.store.queries.standings import standings
from nurture.store.tables import experiments, journeys, measured


@dataclass(frozen=True)
class Rate:
    counted: int
    of: int

    def to_json(self) -> dict[str, Any]:
        rate = self.counted / self.of if self.of else None
        return {
            "counted": self.counted,
            "of": self.of,
            "rate": rate,
            "between": interval(self.counted, self.of),
        }


@dataclass(frozen=True)
class Measured:
    """``held_out``: None where nobody is held out."""

    name: str
    got: Rate
    held_out: Rate | None = None

    @property
    def uplift(self) -> tuple[float, float, float] | None:
        """The rate of those who got the campaign less that of the held out, and its interval."""
        if self.held_out is None or not (self.got.of and self.held_out.of):
            return None
        got, out = self.got, self.held_out
        low, high = difference(got.counted, got.of, out.counted, out.of)
        return got.counted / got.of - out.counted / out.of, low, high

    def to_json(self) -> dict[str, Any]:
        out = self.held_out.to_json() if self.held_out else None
        return {"measure": self.name, **self.got.to_json(), "held_out": out, "uplift": self.uplift}


@dataclass(frozen=True)
class Tested:
    step: str
    by: str | None
    """What decides it; None: nothing does, and only who drew is counted."""
    ways: Mapping[str, Rate]
    winner: str | None = None
    decided_at: datetime | None = None
    how: str = ""

    def to_json(self) -> dict[str, Any]:
        ways = {way: rate.to_json() for way, rate in self.ways.items()}
        decided = {"winner": self.winner, "decided_at": self.decided_at, "how": self.how}
        return {"step": self.step, "by": self.by, "ways": ways, **decided}


@dataclass
class Success:
    measures: list[Measured] = field(default_factory=list)
    tests: list[Tested] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "measures": [one.to_json() for one in self.measures],
            "tests": [one.to_json() for one in self.tests],
        }


def success(conn: Connection, campaign: Campaign) -> Success:
    return Success(list(_measures(conn, campaign)), [tested(conn, campaign, step) for step in campaign.tests])


def tested(conn: Connection, campaign: Campaign, step: str) -> Tested:
    """The ways in the order of the file; then those that are gone from it."""
    test = campaign.tests[step]
    by = counted_as(step, test.winner) if test.winner else None
    found = standings(conn, campaign.name, step, by, campaign.goal)
    ways = {way: Rate(*found.get(way, (0, 0))[::-1]) for way in dict.fromkeys((*shares_of(test), *found))}
    decided = conn.execute(
        select(experiments).where(experiments.c.campaign == campaign.name, experiments.c.step == step)
    ).one_or_none()
    if decided is None:
        return Tested(step, by, ways)
    return Tested(step, by, ways, decided.winner, decided.decided_at, decided.how)


def _measures(conn: Connection, campaign: Campaign) -> Iterable[Measured]:
    names = [measure.name for measure in campaign.measures]
    if not names and not campaign.holdout:
        return
    entered = _entered(conn, campaign.name)
    counts = _counts(conn, campaign.name)
    for name in names:
        got, out = (Rate(counts.get((name, held), 0), entered.get(held, 0)) for held in (False, True))
        yield Measured(name, got, out if campaign.holdout or out.of else None)


def _entered(conn: Connection, campaign: str) -> Mapping[bool, int]:
    """Whether held out -> journeys."""
    held = func.coalesce(journeys.c.outcome, "") == HOLDOUT
    query = select(held, func.count()).where(journeys.c.campaign == campaign).group_by(held)
    return {bool(row[0]): row[1] for row in conn.execute(query)}


def _counts(conn: Connection, campaign: str) -> Mapping[tuple[str, bool], int]:
    held = func.coalesce(journeys.c.outcome, "") == HOLDOUT
    query = (
        select(measured.c.name, held, func.count())
        .join(journeys, journeys.c.id == measured.c.journey_id)
        .where(measured.c.campaign == campaign)
        .group_by(measured.c.name, held)
    )
    return {(row[0], bool(row[1])): row[2] for row in conn.execute(query)}
