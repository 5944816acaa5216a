"""From a click to a sales task, its answer, and the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from nurture.services.answer import Answer, answer
from nurture.services.enrol import enrol
from nurture.services.tracking import Visitor, click
from nurture.store.tables import handoffs, journeys, leads, sends
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine
from tests.services.test_turns import GUIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")
PERSON = Visitor("GET", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "hash")


def send_of(conn: Connection, step: str) -> str:
    return str(conn.execute(select(sends.c.id).where(sends.c.step == step)).scalar_one())


async def to_the_task(engine: Engine) -> Any:
    """A lead who clicks the second mail four days in; the task that comes of it."""
    house, desk = engine.house, engine.house.desk
    house.publish(GUIDE)
    house.do(enrol, desk, "guide", house.lead(), "test:1")
    await engine.stepper.to(MONDAY + timedelta(days=4))
    led_to = house.do(click, desk.clock, house.do(send_of, "second"), 0, PERSON)
    assert led_to == "https://ours.example/second"
    await engine.stepper.to(MONDAY + timedelta(days=4, hours=1))
    return house.do(lambda conn: conn.execute(select(handoffs)).one())


async def test_a_click_leads_to_a_task_and_a_rejection_back(engine: Engine) -> None:
    house = engine.house
    task = await to_the_task(engine)
    assert (task.team, task.state, task.visit) == ("inside-sales", "open", 1)
    assert engine.subjects[-1] == "A lead is ready for you"
    house.do(
        answer, house.desk, task.id, task.version, Answer("rejected", "ann@ours.example", reason="not-now")
    )
    await engine.stepper.settle()
    row = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert (row.state, row.step) == ("open", "inside-sales.rejected+wait")
    await engine.stepper.to(MONDAY + timedelta(days=36))
    row = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert (row.state, row.outcome) == ("ended", "recycled")
    assert house.do(lambda conn: conn.execute(select(leads.c.stage)).scalar_one()) == "recycled"


async def test_nobody_answers(engine: Engine) -> None:
    await to_the_task(engine)
    await engine.stepper.to(MONDAY + timedelta(days=8))
    row = engine.house.do(lambda conn: conn.execute(select(journeys)).one())
    task = engine.house.do(lambda conn: conn.execute(select(handoffs)).one())
    assert (row.state, row.outcome) == ("ended", "done")
    assert (task.state, task.escalations) == ("expired", 1)
    assert "A sales task waits for your answer" in engine.subjects
