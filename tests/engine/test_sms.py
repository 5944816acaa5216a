"""A text message on the whole engine, caught like a mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from nurture.services.enrol import enrol
from nurture.store.tables import journeys, sends
from tests.fixtures.content import MONDAY, messages_of
from tests.fixtures.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")
TEXTS = {
    "campaign": "texts",
    "steps": [{"send": "reminder", "via": "sms"}, {"wait": "1d"}, {"send": "mail"}, {"end": "over"}],
}
SOURCE: dict[str, Any] = {
    "name": "reminder",
    "format": "text",
    "subject": "",
    "body": "Hello {{ lead.first_name }}. STOP to stop.",
    "text": None,
    "preheader": "",
    "layout": "{{ content }}",
    "layout_text": "{{ content }}",
    "places": {},
}


async def test_a_text_message_is_caught(engine: Engine) -> None:
    house = engine.house
    house.publish(TEXTS, {**messages_of(TEXTS), "reminder": SOURCE})
    house.do(enrol, house.desk, "texts", house.lead(phone="+49 151 123456"), "test:1")
    await engine.stepper.to(MONDAY + timedelta(days=2))
    assert engine.subjects == ["SMS to +49151123456", "About mail"]
    caught = engine.catcher.store.get(engine.catcher.mails[0].id)
    assert caught
    assert "Hello Lead1. STOP to stop." in caught.text
    assert house.do(lambda conn: conn.scalar(select(journeys.c.outcome))) == "over"
    rows = house.do(lambda conn: conn.execute(select(sends.c.via, sends.c.state).order_by(sends.c.id)).all())
    assert sorted(rows) == [("mail", "sent"), ("sms", "sent")]
