"""What the fake CRMs have in common: a real server, its moods, and the calls that it has seen."""

from __future__ import annotations

import asyncio
import copy
import json
import socket
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import uvicorn
from fastapi import FastAPI, Request, Response

HOST = "127.0.0.1"
SELLERS = tuple(
    f"{name}@sales.example"
    for name in ("ada.brandt", "noah.okafor", "mei.tanaka", "ines.duarte", "tom.keller")
)
"""The people of the shipped sales policy."""


@dataclass(frozen=True)
class Fault:
    """An answer in place of the real one. ``on``: a part of the path that it is for; empty: any."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    on: str = ""
    after: bool = False
    """Whether it is done all the same, so that only the answer is lost."""


HALF_CLOSED = 0
"""A status: the connection ends in the middle of the answer."""


@dataclass
class Moods:
    faults: deque[Fault] = field(default_factory=deque)
    """One call each, in order."""
    down: bool = False
    """Answers 503 to everything."""
    a_window: int = 0
    """Calls allowed in ``window`` seconds; 0: any."""
    window: float = 1.0
    search_lag: float = 0.0
    """Seconds until a search finds what was written."""
    read_lag: float = 0.0
    """Seconds until what was written shows where it is read; no vendor documents that for reading by id."""
    refuses: str = ""
    """A value that no record may have; empty: any."""
    token: str = "demo-token"
    """The one that is taken."""


T = TypeVar("T")


class FakeServer:
    """``limited``: how this CRM answers when there were too many calls."""

    title = "Fake CRM"

    def __init__(self) -> None:
        self.moods = Moods()
        self.calls: list[tuple[str, str]] = []
        """Method and path of each, also of those that were refused."""
        self.told: list[dict[str, Any]] = []
        """What its webhooks tell of, in the order of happening."""
        self._recent: deque[float] = deque()
        self._was: dict[object, list[tuple[float, Any]]] = {}

    def routes(self, app: FastAPI) -> None:
        raise NotImplementedError

    def limited(self) -> Response:
        raise NotImplementedError

    def signed_in(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.moods.token}"

    def keep(self, key: object, row: Any) -> None:
        """What it is like from now on, for those who read behind the writes."""
        if self.moods.read_lag:
            self._was.setdefault(key, []).append((time.time(), copy.deepcopy(row)))

    def shown(self, key: object, row: T) -> T:
        """As it is read now; what was made a moment ago is read as it was made."""
        versions = self._was.get(key)
        if not self.moods.read_lag or not versions:
            return row
        old = [one for at, one in versions if at <= time.time() - self.moods.read_lag]
        found: T = (old or [versions[0][1]])[-1]
        return found

    def refused(self, values: Iterable[object]) -> bool:
        return bool(self.moods.refuses) and self.moods.refuses in values

    def open_paths(self) -> tuple[str, ...]:
        """Without a token."""
        return ()

    def unsigned(self) -> Response:
        return Response(status_code=401)

    def app(self) -> FastAPI:
        app = FastAPI(title=self.title, openapi_url=None)
        self.routes(app)

        @app.middleware("http")
        async def door(request: Request, call_next: Any) -> Response:
            return await self._meet(request, call_next)

        return app

    async def _meet(self, request: Request, call_next: Any) -> Response:
        path = request.url.path
        self.calls.append((request.method, path))
        if self.moods.down:
            return Response(status_code=503)
        if not path.startswith(self.open_paths() or ("\0",)) and not self.signed_in(request):
            return self.unsigned()
        if self._too_many():
            return self.limited()
        fault = self._fault(path)
        if fault is None:
            answer: Response = await call_next(request)
            return answer
        if fault.after:
            await call_next(request)
        if fault.status == HALF_CLOSED:
            return _Half()
        return Response(fault.body, fault.status, dict(fault.headers), "application/json")

    def _fault(self, path: str) -> Fault | None:
        for fault in self.moods.faults:
            if fault.on in path:
                self.moods.faults.remove(fault)
                return fault
        return None

    def _too_many(self) -> bool:
        if not self.moods.a_window:
            return False
        now = time.monotonic()
        while self._recent and self._recent[0] < now - self.moods.window:
            self._recent.popleft()
        if len(self._recent) >= self.moods.a_window:
            return True
        self._recent.append(now)
        return False

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Its address; stops at the end."""
        with socket.create_server((HOST, 0)) as bound:
            server = uvicorn.Server(uvicorn.Config(self.app(), log_level="critical", lifespan="off"))
            running = asyncio.create_task(server.serve([bound]))
            while not server.started:  # noqa: ASYNC110 - uvicorn tells it by nothing else
                await asyncio.sleep(0.01)
            try:
                yield f"http://{HOST}:{bound.getsockname()[1]}"
            finally:
                server.should_exit = server.force_exit = True
                await running


class _Half(Response):
    """Announces more than it says, and hangs up."""

    def __init__(self) -> None:
        super().__init__(b'{"res', 200, {"content-length": "999"}, "application/json")


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(data), status, dict(headers or {}), "application/json")


def is_number(value: str) -> bool:
    return value.removeprefix("-").replace(".", "", 1).isdigit()
