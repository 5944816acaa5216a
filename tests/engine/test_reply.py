"""Somebody writes back: the next mail waits on the whole engine until they are answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from nurture.services.enrol import enrol
from nurture.services.tasks import Done, complete
from nurture.store.tables import events, handoffs, journeys
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")
MAILS = {
    "campaign": "mails",
    "steps": [{"send": "first"}, {"wait": "2d"}, {"send": "second"}, {"end": "over"}],
}
TO_THE_OWNER = ("What waits for you today", "A sales task waits for your answer")


def _of_the_reply(engine: Engine) -> list[str]:
    """Without what its owner is told each morning, and when the answer is late."""
    return [subject for subject in engine.subjects if subject not in TO_THE_OWNER]


async def test_the_next_mail_waits_for_the_answer(engine: Engine) -> None:
    house, now = engine.house, MONDAY + timedelta(days=1)
    house.publish(MAILS)
    lead = house.lead()
    house.do(enrol, house.desk, "mails", lead, "test:1")
    await engine.stepper.to(now)
    values = {"source": "api", "key": "1", "type": "email.replied", "lead_id": lead, "data": {}}
    times = {"occurred_at": now, "received_at": now, "judge_at": now}
    house.do(lambda conn: conn.execute(insert(events).values({**values, **times})))
    await engine.stepper.to(MONDAY + timedelta(days=4))
    assert _of_the_reply(engine) == ["About first", "Somebody wrote back"]
    task = house.do(lambda conn: conn.execute(select(handoffs)).one())
    house.do(complete, house.desk, task.id, task.version, Done("done", task.owner))
    await engine.stepper.settle()
    assert _of_the_reply(engine)[2:] == ["About second"]
    assert house.do(lambda conn: conn.scalar(select(journeys.c.outcome))) == "over"
