"""A call that a campaign asks for, on the whole engine: opened, reminded of, done, and the mail after it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from nurture.services.enrol import enrol
from nurture.services.tasks import Done, complete
from nurture.store.tables import handoffs, journeys
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")
CALLS = {
    "campaign": "calls",
    "steps": [
        {"task": "call-her", "team": "inside-sales", "kind": "call", "due": "3d"},
        {"wait": "1d"},
        {"send": "thanks", "if": 'done("call-her")'},
        {"end": "over"},
    ],
}


async def test_a_call_is_done_and_the_campaign_goes_on_from_then(engine: Engine) -> None:
    house = engine.house
    house.publish(CALLS)
    house.do(enrol, house.desk, "calls", house.lead(), "test:1")
    await engine.stepper.to(MONDAY + timedelta(days=2, hours=22))
    task = house.do(lambda conn: conn.execute(select(handoffs)).one())
    assert (task.kind, task.state) == ("call", "open")
    # On each morning its owner hears that it waits, as on a clock that nobody steps.
    assert Counter(engine.subjects) == {
        "A task for you": 1,
        "A sales task waits for your answer": 1,
        "What waits for you today": 2,
    }
    house.do(complete, house.desk, task.id, task.version, Done("done", task.owner))
    await engine.stepper.to(MONDAY + timedelta(days=3, hours=21))
    assert len(engine.subjects) == 4
    await engine.stepper.to(MONDAY + timedelta(days=3, hours=23))
    assert engine.subjects[4:] == ["About thanks"]
    row = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert (row.state, row.outcome) == ("ended", "over")
