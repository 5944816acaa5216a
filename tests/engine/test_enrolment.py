"""The door on the running system: scans, segments and other campaigns let leads in, and mails go out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from nurture.services.leads import LeadInput, upsert
from nurture.services.publish import publish_policy
from nurture.store.tables import journeys
from tests.fixtures.content import DICTIONARY, MONDAY
from tests.fixtures.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEGMENTS = {"food": 'lead.industry == "food"'}
WEEKLY = {
    "campaign": "weekly",
    "enrol": {"every": "tuesday 09:00", "if": 'lead.industry == "food"'},
    "steps": [{"send": "news"}, {"do": "on", "enrol": "after"}, {"end": "done"}],
}
AFTER = {
    "campaign": "after",
    "audience": "!lead.customer",
    "steps": [{"wait": "2d"}, {"send": "later"}, {"end": "done"}],
}
FOOD = {"campaign": "food", "enrol": {"on": "enters food"}, "steps": [{"send": "welcome"}, {"end": "done"}]}


async def test_a_schedule_a_segment_and_another_campaign(engine: Engine) -> None:
    house = engine.house
    house.do(publish_policy, house.desk.clock, "dictionary", {**DICTIONARY, "segments": SEGMENTS})
    house.lead(fields={"industry": "food"})
    media = house.lead(fields={"industry": "media"})
    for document in (WEEKLY, AFTER, FOOD):
        house.publish(document)
    await engine.stepper.to(MONDAY + timedelta(hours=1))
    assert engine.subjects == []

    def becomes_food(conn: Connection) -> None:
        rules = house.desk.library.rules(conn)
        given = LeadInput("lead2@people.example", {"lead.industry": "food"})
        assert upsert(conn, house.desk.clock, rules.dictionary, given, "test").lead_id == media

    house.do(becomes_food)
    await engine.stepper.to(MONDAY + timedelta(hours=2))
    assert engine.subjects == ["About welcome"]
    await engine.stepper.to(MONDAY + timedelta(days=1, hours=1))
    assert sorted(engine.subjects) == ["About news", "About news", "About welcome"]
    await engine.stepper.to(MONDAY + timedelta(days=3, hours=1))
    assert engine.subjects.count("About later") == 2
    rows = house.do(lambda conn: conn.execute(select(journeys.c.outcome)).all())
    assert {row.outcome for row in rows} == {"done"}
