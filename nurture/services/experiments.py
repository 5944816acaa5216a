"""Tests of ways and variants: who drew what, how the ways stand, and which has won."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from nurture.domain.campaign import Campaign
from nurture.domain.errors import NurtureError
from nurture.domain.measures import Test, counted_as, shares_of
from nurture.domain.winner import Standing, Winner, best
from nurture.store.columns import new_id
from nurture.store.queries.standings import progress, standings
from nurture.store.tables import arms, experiments
from nurture.store.upserts import insert_unless_there


class NoSuchTest(NurtureError):
    """The campaign has no such split or variants, or the test no such way."""


@dataclass(frozen=True)
class Winners(Mapping[str, str]):
    """Step -> the way that has won. Nothing is read, and no test is decided, before a walk comes to one."""

    conn: Connection
    campaign: Campaign
    now: datetime

    def __getitem__(self, step: str) -> str:
        test = self.campaign.tests[step]
        found = winner_of(self.conn, self.campaign.name, step)
        if found is None and test.winner is not None:
            found = _decide(self, step, test, test.winner)
        if found is None:
            raise KeyError(step)
        return found

    def __iter__(self) -> Iterator[str]:
        return (step for step in self.campaign.tests if step in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def winners(conn: Connection, campaign: Campaign, now: datetime) -> Mapping[str, str]:
    """Also of tests that say nothing of a winner: somebody may have decided them by hand."""
    return Winners(conn, campaign, now) if campaign.tests else {}


def winner_of(conn: Connection, campaign: str, step: str) -> str | None:
    query = select(experiments.c.winner).where(experiments.c.campaign == campaign, experiments.c.step == step)
    return conn.execute(query).scalar_one_or_none()


def draw_down(conn: Connection, journey: Any, step: str, way: str, at: datetime) -> None:
    """Writes which way a journey has; it counts in the test unless that is decided."""
    row = {"id": new_id(), "campaign": journey.campaign, "step": step, "way": way, "journey_id": journey.id}
    row |= {"at": at, "in_test": winner_of(conn, journey.campaign, step) is None}
    conn.execute(insert_unless_there(conn, arms, row))


def decide_by_hand(conn: Connection, campaign: Campaign, step: str, way: str, now: datetime, by: str) -> None:
    """Raises NoSuchTest. The first decision stands."""
    test = campaign.tests.get(step)
    if test is None:
        known = ", ".join(campaign.tests) or "none"
        raise NoSuchTest(
            f"The campaign {campaign.name} has no split and no variants called {step}.", f"It has: {known}."
        )
    if way not in shares_of(test):
        raise NoSuchTest(f"The test {step} has no way {way}.", f"It has: {', '.join(shares_of(test))}.")
    if (won := winner_of(conn, campaign.name, step)) is not None:
        raise NoSuchTest(
            f"The test of {step} is decided: {won} has won.",
            "To test anew, give the step another name in the file, and publish.",
        )
    _write(conn, campaign.name, step, way, now, f"decided by {by}")


def stand(conn: Connection, campaign: Campaign, step: str, counted: str | None) -> Sequence[Standing]:
    """The ways of a test in the order of the file. ``counted``: the measure; None: only who drew."""
    shares = shares_of(campaign.tests[step])
    found = standings(conn, campaign.name, step, counted, campaign.goal)
    gone = [way for way in found if way not in shares]
    return [Standing(way, *found.get(way, (0, 0))) for way in (*shares, *gone)]


def _decide(where: Winners, step: str, test: Test, winner: Winner) -> str | None:
    """The winner, if the test is over by now."""
    if winner.after is None:
        return None
    conn, name = where.conn, where.campaign.name
    first, drawn = progress(conn, name, step)
    if not winner.after.over(drawn, first, where.now):
        return None
    counted = stand(conn, where.campaign, step, counted_as(step, winner))
    ways = [one for one in counted if one.way in shares_of(test)]
    _write(conn, name, step, best(ways, winner), where.now, _numbers(ways))
    return winner_of(conn, name, step)


def _write(conn: Connection, campaign: str, step: str, way: str, now: datetime, how: str) -> None:
    row = {"campaign": campaign, "step": step, "winner": way, "decided_at": now, "how": how}
    conn.execute(insert_unless_there(conn, experiments, row))


def _numbers(ways: Sequence[Standing]) -> str:
    return "; ".join(f"{one.way} {one.counted} of {one.leads}" for one in ways)
