"""Rooms of Slack and Teams hear of tasks, once, from a real server; what they refuse ends nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from sqlalchemy import select, update

from nurture.delivery.chat import BadRoom, Words, body, rooms
from nurture.http import Http
from nurture.relay.chat import ChatRound
from nurture.services.answer import Answer, answer
from nurture.services.hold import hold, release
from nurture.settings import Settings
from nurture.store.tables import outbox
from tests.fixtures.content import House
from tests.services.test_clocks import ANN, handed, policy, user
from tests.services.test_clocks import sales as _sales

__all__ = ["policy"]
sales = _sales


class Rooms:
    def __init__(self) -> None:
        self.status = 200
        self.heard: list[tuple[str, Any]] = []

    async def take(self, request: Request) -> Response:
        self.heard.append((request.url.path, json.loads(await request.body())))
        return Response("ok", self.status, {"retry-after": "7"})


@pytest.fixture
async def there() -> AsyncIterator[tuple[str, Rooms]]:
    app, heard = FastAPI(), Rooms()
    app.add_api_route("/{room}", heard.take, methods=["POST"])
    with socket.create_server(("127.0.0.1", 0)) as bound:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        running = asyncio.create_task(server.serve([bound]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it by nothing else
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}", heard
        server.should_exit = server.force_exit = True
        await running


def settings(**given: Any) -> Settings:
    return Settings(delivery="smtp", smtp_host="localhost", secret="a secret of sixteen", **given)


async def test_rooms_hear_of_their_tasks_once(sales: House, there: tuple[str, Rooms]) -> None:
    url, heard = there
    given = settings(slack_webhook=f"{url}/slack", teams_webhook=f"partners={url}/no,inside-sales={url}/card")
    sales.desk.rooms = rooms(given)
    lead, task = handed(sales)
    chats = ChatRound(sales.store, sales.desk, sales.desk.rooms, Http(internal=["127.0.0.1"]))
    sales.do(hold, sales.desk.clock, "wrong prices")
    assert await chats.round() == 0  # nothing goes out
    sales.do(release)
    heard.status = 503
    assert await chats.round() == 2
    assert await chats.round() == 0  # later
    heard.status = 200
    sales.do(lambda conn: conn.execute(update(outbox).values(not_before=None)))
    assert (await chats.round(), await chats.round()) == (2, 0)
    (_, slack), (_, teams) = sorted(heard.heard[2:], reverse=True)
    assert "A lead is ready for you" in slack["text"]
    assert f"/inbox/{task.id}|See the task" in slack["text"]
    card = teams["attachments"][0]["content"]
    assert [action["title"] for action in card["actions"]] == ["See the task", "Accept or reject"]
    assert "lead1" not in json.dumps([slack, teams]).lower()
    sales.do(answer, sales.desk, task.id, task.version, Answer("accepted", user(sales, ANN)))
    await chats.close()
    assert lead


async def test_what_a_room_refuses_is_given_up(sales: House, there: tuple[str, Rooms]) -> None:
    url, heard = there
    sales.desk.rooms = rooms(settings(slack_webhook=f"{url}/slack"))
    heard.status = 404
    handed(sales)
    chats = ChatRound(sales.store, sales.desk, sales.desk.rooms, Http(internal=["127.0.0.1"]))
    assert await chats.round() == 1
    row = sales.do(lambda conn: conn.execute(select(outbox).where(outbox.c.kind == "chat")).one())
    assert (row.state, row.error) == ("cancelled", "status 404")
    await chats.close()


def test_addresses_are_secrets_and_a_wrong_one_is_told_by_its_variable() -> None:
    given = settings(slack_webhook="sales=https://hooks.slack.example/T1/secret")
    assert "secret" not in repr(rooms(given)[0])
    assert rooms(Settings(delivery="catch", slack_webhook="https://hooks.slack.example/T1")) == ()
    with pytest.raises(BadRoom, match="NURTURE_TEAMS_WEBHOOK"):
        rooms(settings(teams_webhook="sales"))
    assert b"&lt;!channel&gt;" in body("slack", Words("<!channel>", (), {}))
