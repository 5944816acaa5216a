"""Bodies that are too big or too slow are given up while they are read, not after."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

MOST_BYTES = 1024 * 1024
MOST_OF_A_HOOK = 4 * MOST_BYTES
"""Providers send thousands of events in one body."""
HOOKS = "/hooks/"
SECONDS = 10.0


class BodyTooLarge(Exception):
    """Answered with 413."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class BodyTooSlow(Exception):
    """Answered with 408."""


class BodyLimit:
    """ASGI middleware: the app that reads gets one of the two exceptions."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            most = MOST_OF_A_HOOK if scope["path"].startswith(HOOKS) else MOST_BYTES
            receive = _Limited(receive, _announced(scope), most).receive
        await self._app(scope, receive, send)


class _Limited:
    def __init__(self, receive: Receive, announced: int, most: int) -> None:
        self._receive = receive
        self._most = most
        self._announced = announced
        self._read = 0
        self._until: float | None = None
        self._whole = False

    async def receive(self) -> Message:
        if self._whole:  # from now on only the news that the other side has gone
            return await self._receive()
        if self._announced > self._most:
            raise BodyTooLarge(self._most)
        loop = asyncio.get_running_loop()
        self._until = self._until or loop.time() + SECONDS
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise BodyTooSlow from None
        self._read += len(message.get("body", b""))
        if self._read > self._most:
            raise BodyTooLarge(self._most)
        self._whole = not message.get("more_body", False)
        return message


def _announced(scope: Message) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0
