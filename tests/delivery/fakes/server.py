"""What all fake providers share: a real HTTP server that follows a script, and notes what it has taken."""

from __future__ import annotations

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

ANN = "ann@people.example"
Answer = tuple[int, Mapping[str, str], Any]
"""Status, headers, and a JSON value."""
Signed = tuple[dict[str, str], bytes]
"""Headers and body of a webhook."""

TAKE, THROTTLE, UNKEY, BAD_ADDRESS, SENDER, CRASH = "take", "throttle", "unkey", "address", "sender", "crash"
DROP, TAKE_THEN_DROP, TAKE_THEN_SILENCE = "drop", "take then drop", "take then silence"
HALF = "half"
"""Taken, and hung up in the middle of the answer."""
FORBID, MISS, REFUSE, BROKEN, ENDLESS, SILENCE = "forbid", "miss", "refuse", "broken", "endless", "silence"
"""Of questions only; so are DROP, CRASH, UNKEY and THROTTLE."""
WAIT = 7
"""Seconds that a throttled caller is told to wait."""


@dataclass(frozen=True)
class Asked:
    path: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Taken:
    recipient: str
    send_id: str
    subject: str
    text: str
    html: str
    unsubscribe: str
    remote_id: str


@dataclass
class FakeApi(ABC):
    """``script``: what to do with the next calls, one after the other; then everything is taken."""

    script: list[str] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What a real one would have objected to."""
    keys: dict[str, Answer] = field(default_factory=dict)
    questions: list[Asked] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    """What to do with the next questions; then they are answered."""
    became: dict[str, list[str]] = field(default_factory=dict)
    """Of mails that were taken, by their number here: as ``tells`` has it."""
    port: int = 0
    open: list[asyncio.StreamWriter] = field(default_factory=list)

    name = ""
    path = ""
    keyed = False
    ok: Answer = (200, {}, {})

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """Of an installation that sends by this one."""

    @abstractmethod
    def read(self, asked: Asked, number: int) -> Taken: ...

    @abstractmethod
    def refusal(self, what: str) -> Answer: ...

    @abstractmethod
    def accepted(self, taken: Taken) -> Answer: ...

    @abstractmethod
    def tells(self, what: str, taken: Taken) -> Signed:
        """A webhook about it: ``delivered``, ``hard``, ``soft``, ``deferred``, ``complained``."""

    @abstractmethod
    def allowed(self, asked: Asked) -> bool: ...

    def key_of(self, asked: Asked) -> str:
        return ""

    def is_question(self, asked: Asked) -> bool:
        return asked.method == "GET"

    def log(self, asked: Asked) -> Any:
        """What its log says; None: there is nothing."""
        return None

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=4_000_000)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for writer in self.open:
                writer.close()
            await server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = await _read(reader)
            if self.is_question(asked):
                await self._say(asked, reader, writer)
                writer.close()
                return
            self.asked.append(asked)
            what = self.script.pop(0) if self.script else TAKE
            if not self.allowed(asked):
                self.wrong.append("key")
                what = UNKEY
            answer = self.answer(asked, what)
            if what == TAKE_THEN_SILENCE:
                await reader.read()
            elif what == HALF:
                writer.write(_written(answer)[:-1])
                await writer.drain()
            elif what not in (DROP, TAKE_THEN_DROP):
                writer.write(_written(answer))
                await writer.drain()
        writer.close()

    async def _say(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.questions.append(asked)
        what = self.answers.pop(0) if self.answers else TAKE
        if not self.allowed(replace(asked, path=self.path)):
            self.wrong.append("key")
            what = UNKEY
        if what == SILENCE:
            await reader.read()
        elif what == ENDLESS:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n[")
            while True:
                writer.write(b"0," * 50_000)
                await writer.drain()
        elif what != DROP:
            writer.write(_written(self._said(asked, what)))
            await writer.drain()

    def _said(self, asked: Asked, what: str) -> Answer:
        wait = {"Retry-After": str(WAIT)}
        refusals = {
            UNKEY: (401, {}),
            FORBID: (403, {}),
            MISS: (404, {}),
            REFUSE: (422, {}),
            THROTTLE: (429, wait),
            CRASH: (503, {}),
        }
        if what in refusals:
            return *refusals[what], {"message": "no"}
        if what == BROKEN:
            return 200, {}, ["<html>"]
        found = self.log(asked)
        return (404, {}, {"message": "not found"}) if found is None else (200, {}, found)

    def answer(self, asked: Asked, what: str) -> Answer:
        if what not in (TAKE, TAKE_THEN_DROP, TAKE_THEN_SILENCE, HALF):
            return (500, {}, {"message": "internal"}) if what in (CRASH, DROP) else self.refusal(what)
        key = self.key_of(asked)
        if key and key in self.keys:
            return self.keys[key]
        taken = self.read(asked, len(self.taken) + 1)
        self.taken.append(taken)
        answer = self.accepted(taken)
        if key:
            self.keys[key] = self.repeated(answer)
        return answer

    def repeated(self, answer: Answer) -> Answer:
        """To a key that was used before."""
        return answer


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    lines = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:]) if name}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, path, _ = lines[0].split(" ")
    return Asked(path, headers, body, method)


def _written(answer: Answer) -> bytes:
    status, headers, value = answer
    body = b"" if value is None else json.dumps(value).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
