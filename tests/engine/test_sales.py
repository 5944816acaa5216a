"""A lead at sales in the running engine: passed on, rejected for a time, and back in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from nurture.services.answer import Answer, answer
from nurture.services.enrol import enrol
from nurture.services.owners import reassign
from nurture.services.publish import publish_policy
from nurture.store.tables import handoffs, journeys, leads, returns, users
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")
DAY = timedelta(days=1)
ANN, BEN = "ann@ours.example", "ben@ours.example"
TALK = {
    "campaign": "talk",
    "enrol": {"on": "guide-form", "again": "always"},
    "steps": [{"handoff": "inside-sales"}],
}
NEWS = {
    "campaign": "news",
    "enrol": {"on": "guide-form"},
    "steps": [{"wait": "1d"}, {"send": "paper", "within": "30d"}, {"wait": "99d"}, {"end": "over"}],
}
POLICY: dict[str, Any] = {
    "teams": {
        "inside-sales": {
            "members": [
                {"name": "Ann", "email": ANN, "away": {"2026-03-02": "Fair"}},
                {"name": "Ben", "email": BEN},
            ],
            "due": "1d",
            "remind": "4h",
            "escalate": "5d",
            "give_up": "9d",
        }
    },
    "reasons": {"no-budget": {"says": "No budget", "rest": "60d", "then": "talk", "score": -10}},
}


def tasks(conn: Connection) -> Any:
    return conn.execute(select(handoffs).order_by(handoffs.c.created_at)).all()


def journey(conn: Connection, campaign: str) -> Any:
    query = select(journeys).where(journeys.c.campaign == campaign).order_by(journeys.c.entry.desc())
    return conn.execute(query.limit(1)).one()


async def test_passed_on_rejected_for_a_time_and_back_with_the_history(engine: Engine) -> None:
    house, desk, stepper = engine.house, engine.house.desk, engine.stepper
    for campaign in (TALK, NEWS):
        house.publish(campaign)
    house.do(publish_policy, desk.clock, "sales", POLICY)
    ids = dict(house.do(lambda conn: conn.execute(select(users.c.email, users.c.id)).all()))
    lead = house.lead()
    house.do(enrol, desk, "talk", lead, "test:1")
    house.do(enrol, desk, "news", lead, "test:2")
    await stepper.to(MONDAY + DAY / 24)
    (task,) = house.do(tasks)
    assert (task.owner, task.clock, task.due) == (ids[BEN], 1, MONDAY + DAY)

    house.do(reassign, desk, task.id, task.version, ids[ANN], ids[BEN])
    await stepper.to(MONDAY + 1.25 * DAY)
    (task,) = house.do(tasks)
    assert (task.owner, task.clock, task.due) == (ids[ANN], 2, MONDAY + DAY / 24 + DAY)
    assert task.reminded_at == MONDAY + 5 * DAY / 24
    assert house.do(journey, "news").hold == "sales"
    assert "About paper" not in engine.subjects

    house.do(answer, desk, task.id, task.version, Answer("rejected", ids[ANN], "no-budget"))
    await stepper.to(MONDAY + 2 * DAY)
    assert house.do(journey, "talk").outcome == "rejected"
    assert house.do(journey, "news").hold == "rest"
    (task,) = house.do(tasks)
    assert (task.sla, task.state) == ("missed", "rejected")

    await stepper.to(MONDAY + 70 * DAY)
    first, second = house.do(tasks)
    assert (first.id, second.state, second.created_at - MONDAY) == (task.id, "open", 61.25 * DAY)
    assert house.do(lambda conn: conn.scalar(select(returns.c.state))) == "entered"
    assert house.do(lambda conn: conn.scalar(select(leads.c.handed_at))) == second.created_at
