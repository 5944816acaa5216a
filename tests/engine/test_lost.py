"""Temporal's file is gone, and a copy of the data stands somewhere else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from nurture.embedded.temporal import EmbeddedTemporal
from nurture.services.adopt import adopt
from nurture.services.audit import audit
from nurture.services.enrol import enrol
from nurture.services.rebuild import start_all
from nurture.store.session import Store
from nurture.store.tables import journeys
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine, running_engine
from tests.services.test_turns import GUIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")

LEADS = 5


async def test_temporals_file_deleted_and_rebuilt(sqlite_store: Store, tmp_path: Path) -> None:
    server = EmbeddedTemporal(tmp_path, headless=True)
    async with server, running_engine(sqlite_store, server.address, tmp_path) as engine:
        house = engine.house
        house.publish(GUIDE)
        for _ in range(LEADS):
            assert house.do(enrol, house.desk, "guide", house.lead(), "test").journey
        await engine.stepper.settle()
        await server.stop()
        assert delete_temporal(tmp_path) > 0
        await server.start()
        assert start_all(sqlite_store, 100) == LEADS
        await engine.stepper.settle()
        assert (await audit(sqlite_store, house.desk.clock, engine.client)).holds
        await engine.stepper.to(MONDAY + timedelta(days=13))
        found = await audit(sqlite_store, house.desk.clock, engine.client)
        assert found.holds, found.findings
        assert found.outcomes == {"silent": LEADS}
        assert sorted(engine.subjects) == ["About first"] * LEADS + ["About second"] * LEADS


def delete_temporal(folder: Path) -> int:
    files = list(folder.glob("temporal.db*"))
    for file in files:
        file.unlink()
    return len(files)


async def test_a_copy_under_another_address_sends_nothing_until_it_is_adopted(engine: Engine) -> None:
    house, elsewhere = engine.house, "http://copy.example"
    house.desk.base_url = elsewhere
    house.publish(GUIDE)
    assert house.do(enrol, house.desk, "guide", house.lead(), "test").journey
    await engine.stepper.settle()
    await engine.stepper.to(MONDAY + timedelta(minutes=5))
    assert engine.subjects == []
    row = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert (row.state, row.hold) == ("open", "copy")
    house.do(adopt, elsewhere, house.desk.namespace)
    await engine.stepper.to(MONDAY + timedelta(minutes=7))
    assert engine.subjects == ["About first"]
