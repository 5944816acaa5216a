from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from nurture.clock import RealClock
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import events
from nurture.web import body
from nurture.web.app import create_app
from tests.rows import HOME

Client = httpx.AsyncClient
Event = dict[str, Any]


def an_event(number: int = 1, **given: Any) -> Event:
    return {"id": f"e-{number}", "type": "page.viewed", "lead": {"email": "ann@ours.example"}, **given}


async def post(client: Client, key: str, what: Any, **headers: str) -> httpx.Response:
    given = {
        "Authorization": f"Bearer {key}",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    return await client.post("/api/events", json=what, headers=given)


def stored(store: Store) -> list[Any]:
    return store.read_sync(lambda conn: list(conn.execute(select(events).order_by(events.c.id))))


@pytest.mark.parametrize(
    ("raw", "status", "words"),
    [
        (b"{", 400, "not JSON"),
        (b"", 400, "not JSON"),
        (b"NaN", 400, "not JSON"),
        (b'"text"', 422, "expected an event"),
        (b"[]", 422, "1 to 10,000"),
        (b'{"events": 5}', 422, "expected an event"),
        (b'{"id": "x", "data": "\xff"}', 400, "not JSON"),
        (b"[" * 5000, 400, "not JSON"),
    ],
)
async def test_a_body_that_cannot_be_read(
    client: Client, key: str, raw: bytes, status: int, words: str
) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    answer = await client.post("/api/events", content=raw, headers=headers)
    assert answer.status_code == status
    assert words in answer.json()["error"]


async def test_more_than_ten_thousand_are_refused_whole(client: Client, key: str, store: Store) -> None:
    answer = await post(client, key, [{}] * 10_001)
    assert answer.status_code == 422
    assert stored(store) == []


async def test_a_body_over_one_mebibyte_is_given_up_while_read(client: Client, key: str) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 65536

    headers = {"Authorization": f"Bearer {key}"}
    answer = await client.post("/api/events", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert "1 MiB" in answer.json()["error"]
    assert read < 20
    announced = await client.post("/api/events", content=b" " * (2 * 1024 * 1024), headers=headers)
    assert announced.status_code == 413


async def test_a_slow_body_is_given_up(client: Client, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "SECONDS", 0.05)

    async def drop_by_drop() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    headers = {"Authorization": f"Bearer {key}"}
    assert (await client.post("/api/events", content=drop_by_drop(), headers=headers)).status_code == 408


async def test_a_database_that_is_away_is_429(settings: Settings) -> None:
    gone = Store("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    try:
        transport = httpx.ASGITransport(create_app(settings, gone, RealClock()), raise_app_exceptions=False)
        async with Client(transport=transport, base_url=HOME) as client:
            answer = await post(client, "nk_any", an_event())
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) > 0
            assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/healthz")).status_code == 200
            page = await client.get("/signin/some-token")
            assert page.status_code == 503
            assert "text/html" in page.headers["content-type"]
    finally:
        gone.close()


def test_json_of_a_batch_fits_in_the_limit() -> None:
    event = an_event(1234567, lead={"email": "a12345@ours.example"})
    assert len(json.dumps([event] * 10_000)) < body.MOST_BYTES * 1.1
