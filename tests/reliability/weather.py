"""A provider's weather by the minute of a test: throttled calls, errors, cut and slow answers, and between
two moments nothing at all."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from nurture.delivery.provider import Envelope, Mark, Outcome, Provider
from tests.delivery.fakes.postmark import FakePostmark
from tests.delivery.fakes.server import (
    CRASH,
    DROP,
    HALF,
    TAKE,
    TAKE_THEN_DROP,
    TAKE_THEN_SILENCE,
    THROTTLE,
    Answer,
    Asked,
)
from tests.reliability.moving import MovingClock

SILENT = (CRASH, DROP, TAKE_THEN_DROP, HALF, TAKE_THEN_SILENCE)
WEATHER: Mapping[str, float] = {TAKE: 60, CRASH: 20, THROTTLE: 10, DROP: 3, TAKE_THEN_DROP: 3, HALF: 3}
SLOWLY: Mapping[str, float] = {TAKE_THEN_SILENCE: 1}
"""Each costs the seconds that a call may take."""


@dataclass
class Stormy(FakePostmark):
    """``until``: before which it has asked for no call."""

    clock: MovingClock = field(default_factory=MovingClock)
    dice: Random = field(default_factory=Random)
    until: datetime | None = None
    early: int = 0
    quiet: timedelta = timedelta()
    """For how long it has asked for no call, in all: what it could not carry in that time is not ours."""
    met: list[str] = field(default_factory=list)

    def answer(self, asked: Asked, what: str) -> Answer:
        now = self.clock.now()
        self.early += self.until is not None and now < self.until
        self.met.append(what)
        return super().answer(asked, what)

    def refusal(self, what: str) -> Answer:
        status, headers, body = super().refusal(what)
        if what == THROTTLE:
            wait = self.dice.randint(1, 30)
            self.until = self.clock.now() + timedelta(seconds=wait)
            self.quiet += timedelta(seconds=wait)
            headers = {"Retry-After": str(wait)}
        return status, headers, body


class Down(FakePostmark):
    """Says so, and takes nothing."""

    def answer(self, asked: Asked, what: str) -> Answer:
        return 503, {}, {"ErrorCode": 100, "Message": "Down for maintenance."}


@contextlib.asynccontextmanager
async def down() -> AsyncIterator[str]:
    fake = Down()
    async with fake.served():
        yield fake.api


class Dumb(FakePostmark):
    """Takes a call, and says nothing of use."""

    def answer(self, asked: Asked, what: str) -> Answer:
        return 500, {}, {}


@contextlib.asynccontextmanager
async def dumb() -> AsyncIterator[str]:
    fake = Dumb()
    async with fake.served():
        yield fake.api


@contextlib.asynccontextmanager
async def refused() -> AsyncIterator[str]:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextlib.asynccontextmanager
async def no_name() -> AsyncIterator[str]:
    yield "https://api.postmark.invalid"


@contextlib.asynccontextmanager
async def reset() -> AsyncIterator[str]:
    """Hangs up when it has heard the first words of TLS."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.transport.abort()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@dataclass
class Failing:
    """The provider itself, but ``ways`` that lead nowhere while the outage lasts, one after the other."""

    provider: Provider
    ways: Sequence[Provider]
    clock: MovingClock
    began: datetime
    ended: datetime
    calls: int = 0
    """In vain."""
    unanswered: int = 0
    """Of these, by the first of the ways."""
    name = "postmark"

    async def deliver(self, mail: bytes, envelope: Envelope, mark: Mark) -> Outcome:
        return await self._now().deliver(mail, envelope, mark)

    async def close(self) -> None:
        for one in (self.provider, *self.ways):
            await one.close()

    def _now(self) -> Provider:
        past = (self.clock.now() - self.began) / (self.ended - self.began)
        if not 0 <= past < 1:
            return self.provider
        self.calls += 1
        way = self.ways[int(past * len(self.ways))]
        self.unanswered += way is self.ways[0]
        return way


NOWHERE = (dumb, refused, no_name, reset, down)
