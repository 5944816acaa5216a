"""Journeys through the real engine: Temporal, database, SMTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from nurture.services.enrol import enrol
from nurture.services.unsubscribe import unsubscribe
from nurture.store.tables import journeys, sends
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine
from tests.services.test_turns import GUIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_from_first_mail_to_silence(engine: Engine) -> None:
    house = engine.house
    house.publish(GUIDE)
    lead = house.lead()
    assert house.do(enrol, house.desk, "guide", lead, "test:1").journey
    await engine.stepper.settle()
    assert engine.subjects == ["About first"]
    await engine.stepper.to(MONDAY + timedelta(days=3))
    assert engine.subjects == ["About first", "About second"]
    await engine.stepper.to(MONDAY + timedelta(days=13))
    row = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert (row.state, row.outcome) == ("ended", "silent")
    ledger = house.do(lambda conn: conn.execute(select(sends.c.message_id, sends.c.state)).all())
    assert {row.message_id for row in ledger} == {mail.message_id for mail in engine.catcher.mails}
    assert {row.state for row in ledger} == {"sent"}


async def test_who_unsubscribes_leaves_at_once(engine: Engine) -> None:
    house = engine.house
    house.publish(GUIDE)
    lead = house.lead()
    house.do(enrol, house.desk, "guide", lead, "test:1")
    await engine.stepper.settle()
    house.do(unsubscribe, house.desk, lead, "guide", "page")
    await engine.stepper.settle()
    row = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert (row.state, row.outcome) == ("ended", "unsubscribed")
