"""A rep who never opens Nurture answers ten tasks from the CRM: all clocks stop, all journeys go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from nurture.services.enrol import enrol
from nurture.services.publish import publish_policy
from nurture.store.session import Store
from nurture.store.tables import handoffs, journeys, outbox
from tests.amount import FULL
from tests.contracts.crms import POLICY
from tests.engine.test_sales import POLICY as SALES
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine, running_engine
from tests.services.crm_side import Side
from tests.services.crm_sides import SIDES, settings_of
from tests.services.crm_world import ADA

pytestmark = pytest.mark.asyncio(loop_scope="session")
NAMES = tuple(SIDES) if FULL else ("webhook",)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TALK = {
    "campaign": "talk",
    "enrol": {"on": "guide-form"},
    "steps": [
        {
            "handoff": "inside-sales",
            "rejected": [{"wait": "30d"}, {"send": "again"}, {"end": "asked-again"}],
            "accepted": [{"wait": "5d"}, {"end": "taken"}],
        },
        {"end": "unanswered"},
    ],
}
TEAM = {
    "inside-sales": {
        "members": [{"name": "Ada", "email": ADA}],
        "due": "8h",
        "remind": "4h",
        "escalate": "20d",
        "give_up": "30d",
    }
}
WITHIN = 60.0
"""Seconds for what goes on by itself."""


async def until(met: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not met():
        assert time.monotonic() - began < WITHIN, "it did not come"
        await asyncio.sleep(0.1)


def rows(engine: Engine, table: Any) -> list[Any]:
    def read(conn: Connection) -> list[Any]:
        return list(conn.execute(select(table).order_by(table.c.id)).all())

    return engine.house.store.read_sync(read)


def told(engine: Engine) -> bool:
    """The CRM knows everything."""
    return not [row for row in rows(engine, outbox) if row.kind == "crm" and row.state == "open"]


async def act(engine: Engine, side: Side, people: list[str]) -> None:
    """Three accept, two qualify, two reject, one completes the task, and two only call and meet."""
    for lead in people[:3]:
        side.set(lead, side.says["accepted"])
    for lead in people[3:5]:
        side.set(lead, side.says["qualified"])
    for lead in people[5:7]:
        side.set(lead, side.says["rejected"])
    side.complete(people[7])
    side.log(people[8], "call")
    side.log(people[9], "meeting")
    await until(lambda: all(task.touched_at for task in rows(engine, handoffs)))
    await engine.stepper.settle()


@pytest.mark.parametrize("name", NAMES)
async def test_the_crm_is_enough(
    sqlite_store: Store, temporal_server: str, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    side = SIDES[name]()
    folder = tmp_path_factory.getbasetemp() / "engine"
    folder.mkdir(exist_ok=True)
    async with (
        side.bench.served() as url,
        running_engine(sqlite_store, temporal_server, folder, **settings_of(side, url)) as engine,
    ):
        await ten_tasks(engine, side)


async def ten_tasks(engine: Engine, side: Side) -> None:
    house, desk = engine.house, engine.house.desk
    house.publish(TALK)
    house.do(publish_policy, desk.clock, "sales", {**SALES, "teams": TEAM})
    house.do(publish_policy, desk.clock, "crm", POLICY)
    people = [house.lead() for _ in range(10)]
    for lead in people:
        house.do(enrol, desk, "talk", lead, "test:1")
    await engine.stepper.to(MONDAY + HOUR)
    await until(lambda: len(side.tasks()) == 10 and told(engine))

    await act(engine, side, people)
    tasks = {task.lead_id: task for task in rows(engine, handoffs)}
    found = [tasks[lead].state for lead in people]
    assert found == [*["accepted"] * 3, *["qualified"] * 2, *["rejected"] * 2, "accepted", "open", "open"]
    assert {(task.sla, task.touched_at) for task in tasks.values()} == {("met", MONDAY + HOUR)}
    assert {task.owner for task in tasks.values()} == {task.touched_by for task in tasks.values()}

    await engine.stepper.to(MONDAY + 3 * DAY)
    side.set(people[8], side.says["rejected"])
    side.set(people[9], side.says["qualified"])
    await until(lambda: "open" not in {task.state for task in rows(engine, handoffs)})
    await engine.stepper.to(MONDAY + 40 * DAY)
    ended = {journey.lead_id: (journey.state, journey.outcome) for journey in rows(engine, journeys)}
    outcomes = [*["taken"] * 5, *["asked-again"] * 2, "taken", "asked-again", "taken"]
    assert [ended[lead] for lead in people] == [("ended", outcome) for outcome in outcomes]
    assert engine.subjects.count("About again") == 3
    assert not [task for task in rows(engine, handoffs) if task.sla != "met"]
    await until(lambda: all(side.tasks().values()))
    assert all(task.reminded_at is None for task in rows(engine, handoffs))
