"""How the ways of a test stand, from the rows of the journeys that drew them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from nurture.domain.winner import GOAL
from nurture.store.tables import arms, journeys, measured


def progress(conn: Connection, campaign: str, step: str) -> tuple[datetime | None, int]:
    """When the first lead drew, and how many have."""
    query = select(func.min(arms.c.at), func.count()).where(*_test(campaign, step))
    row = conn.execute(query).one()
    return row[0], row[1]


def standings(
    conn: Connection, campaign: str, step: str, counted: str | None, goal: Collection[str] = ()
) -> Mapping[str, tuple[int, int]]:
    """Way -> (how many drew it, how many of them did what counts since)."""
    if counted is None:
        query = select(arms.c.way, func.count(), func.sum(0)).where(*_test(campaign, step))
    else:
        table, met = _goal(goal) if counted == GOAL else _measure(counted)
        query = (
            select(arms.c.way, func.count(), func.count(table.c.id))
            .select_from(arms.outerjoin(table, met))
            .where(*_test(campaign, step))
        )
    return {row[0]: (row[1], int(row[2] or 0)) for row in conn.execute(query.group_by(arms.c.way))}


def _test(campaign: str, step: str) -> tuple[Any, ...]:
    return arms.c.campaign == campaign, arms.c.step == step, arms.c.in_test.is_(True)


def _goal(goal: Collection[str]) -> tuple[Any, Any]:
    return journeys, and_(journeys.c.id == arms.c.journey_id, journeys.c.outcome.in_(goal))


def _measure(name: str) -> tuple[Any, Any]:
    same = measured.c.journey_id == arms.c.journey_id
    return measured, and_(same, measured.c.name == name, measured.c.at >= arms.c.at)
