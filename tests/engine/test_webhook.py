"""A campaign that asks another system, on the whole engine: signed, tried again, its answer used."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from nurture.services.enrol import enrol
from nurture.services.publish import publish_policy
from nurture.store.tables import journeys, leads
from tests.fixtures.content import DICTIONARY, MONDAY
from tests.fixtures.engine import OTHER_SECRET, Engine
from tests.services.test_webhooks import ASK, FIELDS, KEEP

pytestmark = pytest.mark.asyncio(loop_scope="session")
Asked = list[tuple[dict[str, str], str]]


@contextlib.asynccontextmanager
async def other_system(answers: list[tuple[int, str]]) -> AsyncIterator[tuple[str, Asked]]:
    """Answers one call after the other; its address, and what it was asked."""
    asked: Asked = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        pairs = (line.split(": ", 1) for line in head.split("\r\n") if ": " in line)
        headers = {name.lower(): value for name, value in pairs}
        asked.append((headers, (await reader.readexactly(int(headers["content-length"]))).decode()))
        status, text = answers[len(asked) - 1]
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(text)}", "Connection: close", "", text]
        writer.write("\r\n".join(lines).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/rating", asked


async def test_it_is_asked_again_until_it_answers(engine: Engine) -> None:
    house = engine.house
    async with other_system([(503, ""), (200, '{"rating": [{"value": 82}]}')]) as (url, asked):
        named = {"credit": {"url": url, "keep": KEEP, "secret": "bureau"}}
        words = {**DICTIONARY, "fields": FIELDS, "webhooks": named}
        house.do(publish_policy, house.desk.clock, "dictionary", words)
        ask = {"do": "ask", "webhook": "credit"}
        house.publish({**ASK, "steps": [ask, *ASK["steps"][1:]]})
        house.do(enrol, house.desk, "asks", house.lead(), "test:1")
        await engine.stepper.settle()
        row = house.do(lambda conn: conn.execute(select(journeys)).one())
        assert (row.hold, row.effect) == ("webhook: http 503", "call_webhook")
        await engine.stepper.to(MONDAY + timedelta(minutes=2))
    row = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert (row.state, row.outcome) == ("ended", "rich")
    assert house.do(lambda conn: conn.scalar(select(leads.c.fields))) == {"credit": 82}
    assert len({headers["webhook-id"] for headers, _ in asked}) == 1
    for headers, body in asked:
        Webhook(OTHER_SECRET).verify(body, headers)
