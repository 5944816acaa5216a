"""Somebody who is erased while she sleeps at a task: her workflow ends, and time brings nothing more."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from nurture.contract import workflow_id
from nurture.services.erasing import erase
from nurture.store.queries.audit import CHECKS, answer
from nurture.store.tables import handoffs, journeys, sends
from tests.engine.test_handoff import to_the_task
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")


def red(conn: Connection, engine: Engine) -> list[str]:
    now = engine.house.desk.clock.now(conn)
    return [one.name for one in CHECKS if one.weight == "red" and answer(conn, one, now).bad]


async def test_her_workflow_ends_and_nothing_more_is_sent(engine: Engine) -> None:
    house = engine.house
    while engine.house.desk.rest != "hibernate":  # noqa: ASYNC110 - until the server was tried
        await asyncio.sleep(0.1)
    task = await to_the_task(engine)
    before = list(engine.subjects)
    assert house.do(erase, house.desk, task.lead_id)["journeys ended"] == 1
    await engine.stepper.settle()
    row = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert (row.state, row.outcome) == ("ended", "erased")
    name = workflow_id(row.campaign, row.lead_id, row.entry)
    await asyncio.wait_for(engine.client.get_workflow_handle(name).result(), 20)
    await engine.stepper.to(MONDAY + timedelta(days=40))
    assert engine.subjects == before
    task = house.do(lambda conn: conn.execute(select(handoffs)).one())
    assert (task.state, task.reason, task.context) == ("cancelled", "erased", {})
    hers = select(sends.c.recipient).where(sends.c.lead_id.is_not(None))
    assert set(house.do(lambda conn: list(conn.scalars(hers)))) == {None}
    assert house.do(red, engine) == []
