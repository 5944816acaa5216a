"""The outside world's side of HTTP: browsers, mail programs and link scanners, at our own pages only."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlencode, urlsplit

from nurture.domain.errors import NurtureError

AT_ONCE = 6
SECONDS = 30.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Message
    text: str


class NotOurs(NurtureError):
    """A link that leads elsewhere: nothing of the demo leaves this machine."""


class Browser:
    """Keeps its connections open, and follows no redirect: what a link leads to is not ours."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._host = urlsplit(base_url).netloc
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="browser")
        self._own = threading.local()
        self._connections: list[HTTPConnection] = []

    async def sign_in(self, token: str) -> str:
        """By the button on the link's page; the cookie of the session."""
        answer = await self._ask("POST", f"{self.base_url}/signin/{token}", b"", self._as_form())
        return str(answer.headers.get("set-cookie", "")).partition(";")[0]

    async def read(self, path: str, cookie: str) -> Answered:
        """A page of somebody who is signed in."""
        return await self._ask("GET", f"{self.base_url}{path}", b"", {"Cookie": cookie})

    async def fill_in(self, path: str, form: Mapping[str, str], cookie: str) -> int:
        """A form on such a page."""
        headers = {**self._as_form(), "Cookie": cookie}
        return (await self._ask("POST", f"{self.base_url}{path}", urlencode(form).encode(), headers)).status

    async def fetch(self, method: str, url: str, agent: str) -> int:
        return (await self._ask(method, url, b"", {"User-Agent": agent})).status

    async def submit(self, url: str, form: Mapping[str, str], agent: str) -> int:
        headers = {"User-Agent": agent, "Content-Type": FORM}
        return (await self._ask("POST", url, urlencode(form).encode(), headers)).status

    async def post_events(self, key: str, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        body = json.dumps({"events": list(events)}).encode()
        answer = await self._ask("POST", f"{self.base_url}/api/events", body, headers)
        found: dict[str, Any] = json.loads(answer.text)
        return {"status": answer.status, **found}

    def close(self) -> None:
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()

    def _as_form(self) -> dict[str, str]:
        return {"Content-Type": FORM, "Origin": self.base_url}

    async def _ask(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        parts = urlsplit(url)
        if parts.netloc != self._host:
            raise NotOurs(f"A link leads to {parts.netloc}, not to {self._host}.", "")
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._exchange, method, path, body, headers)

    def _exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        try:
            return _exchange(self._connection(), method, path, body, headers)
        except (RemoteDisconnected, ConnectionError):  # an idle connection was closed meanwhile
            self._own.connection = None
            return _exchange(self._connection(), method, path, body, headers)

    def _connection(self) -> HTTPConnection:
        found: HTTPConnection | None = getattr(self._own, "connection", None)
        if found is None:
            found = self._own.connection = HTTPConnection(self._host, timeout=SECONDS)
            self._connections.append(found)
        return found


def _exchange(
    connection: HTTPConnection, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> Answered:
    connection.request(method, path, body or None, dict(headers))
    answer = connection.getresponse()
    return Answered(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
