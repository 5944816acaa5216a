"""Calling the web app as a server calls it: what a server itself costs is left out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

HEAD = (b"content-type", b"application/json")

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


async def call(app: Asgi, body: bytes, key: str) -> bytes:
    """`POST /api/events`; its answer."""
    headers = [HEAD, (b"authorization", f"Bearer {key}".encode()), (b"content-length", b"%d" % len(body))]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/api/events",
        "raw_path": b"/api/events",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    said: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        said.append(message)

    await app(scope, receive, send)
    assert said[0]["status"] == 202, said
    return b"".join(message.get("body", b"") for message in said)
