"""A text that fails for one lead: it waits for a person, the others go on, and mended it goes on too."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from nurture.services.copying import LinkGone, copy_texts
from nurture.services.enrol import enrol
from nurture.store.tables import journeys, leads
from tests.fixtures.content import messages_of, text
from tests.fixtures.engine import Engine
from tests.services.test_turns import GUIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_text_that_fails_for_one_lead_stops_only_this_one(engine: Engine) -> None:
    house, desk = engine.house, engine.house.desk
    broken = messages_of(GUIDE) | {"first": text("first", "Dear {{ lead.first_name }},")}
    house.publish(GUIDE, broken)
    known, nameless = house.lead(), house.lead(first_name=None)
    for lead in (known, nameless):
        house.do(enrol, desk, "guide", lead, "test:1")
    await engine.stepper.settle()
    assert len(engine.subjects) == 1
    found = house.do(lambda conn: conn.execute(select(journeys.c.lead_id, journeys.c.attention)).all())
    assert dict(found) == {known: None, nameless: "template"}

    again = house.publish(GUIDE, broken | {"second": text("second", "Another one.")})
    await engine.stepper.settle()
    assert len(engine.subjects) == 1, "the text that fails is the same"
    assert again != house.publish(GUIDE, messages_of(GUIDE))
    await engine.stepper.settle()
    assert len(engine.subjects) == 2
    assert house.do(lambda conn: conn.scalar(select(journeys.c.attention).limit(1))) is None
    assert house.do(lambda conn: len(conn.execute(select(leads)).all())) == 2
    done = house.do(copy_texts, desk.clock, desk.library, "guide")
    assert (done.messages, done.journeys, done.mended) == (("first",), 1, 0), "nobody else was touched"


async def test_a_link_that_a_condition_asks_for_must_stay(engine: Engine) -> None:
    house, desk = engine.house, engine.house.desk
    until = {"wait": "up to 10d", "until": 'clicked("first", "https://ours.example/first")', "time_up": []}
    document = {**GUIDE, "steps": [{"send": "first"}, until, {"end": "done"}]}
    house.publish(document)
    house.do(enrol, desk, "guide", house.lead(), "test:1")
    other = text("first") | {"body": "Nothing to click here."}
    house.publish(document, {"first": other})
    with pytest.raises(LinkGone, match=r"first no longer has the link https://ours.example/first"):
        house.do(copy_texts, desk.clock, desk.library, "guide")
