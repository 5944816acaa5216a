"""The web app as a service: drained requests, no paths in the log."""

import asyncio
import json
import logging
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI

from nurture.embedded.ports import PortTaken, listen
from nurture.embedded.together import Together
from nurture.embedded.webserver import WebDied, serve


def app() -> FastAPI:
    made = FastAPI()

    @made.get("/u/{token}")
    async def unsubscribe(token: str, slowly: float = 0) -> dict[str, str]:
        await asyncio.sleep(slowly)
        return {"ok": "yes"}

    @made.get("/broken/{token}")
    async def broken(token: str) -> None:
        raise LookupError(token)

    return made


async def get(port: int, path: str) -> tuple[int, Any]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), json.loads(body) if body.startswith(b"{") else body


async def test_requests_are_answered_and_finished_at_the_stop() -> None:
    bound = listen("The web app", "127.0.0.1", 0, "--port")
    together = Together(asyncio.Event())
    await together.start("web", partial(serve, app(), bound))
    port = bound.getsockname()[1]
    assert await get(port, "/u/x") == (200, {"ok": "yes"})
    slow = asyncio.create_task(get(port, "/u/x?slowly=0.3"))
    await asyncio.sleep(0.1)
    await together.drain()
    assert await slow == (200, {"ok": "yes"})


async def test_the_access_log_has_the_route_never_the_path(caplog: pytest.LogCaptureFixture) -> None:
    bound = listen("The web app", "127.0.0.1", 0, "--port")
    together = Together(asyncio.Event())
    with caplog.at_level(logging.INFO, "nurture"):
        await together.start("web", partial(serve, app(), bound))
        port = bound.getsockname()[1]
        await get(port, "/u/secret-token?mail=maria@canary.example")
        await get(port, "/nowhere/secret-token")
        await get(port, "/broken/secret-token")
        await together.drain()
    lines = [vars(record) for record in caplog.records if record.name == "nurture.access"]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/u/{token}", 200),
        ("unmatched", 404),
        ("/broken/{token}", 500),
    ]
    assert not any("secret-token" in str(line["message"]) for line in lines)


async def test_an_app_that_does_not_come_up() -> None:
    async def no_app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.failed", "message": "no database"})

    bound = listen("The web app", "127.0.0.1", 0, "--port")
    with bound, pytest.raises(WebDied):
        await Together(asyncio.Event()).start("web", partial(serve, no_app, bound))


def test_a_taken_port_names_the_option() -> None:
    with listen("The test", "127.0.0.1", 0, "") as held:
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(
            PortTaken, match=rf"The web app cannot listen on 127\.0\.0\.1:{port}.*with --port"
        ):
            listen("The web app", "127.0.0.1", port, "--port")
