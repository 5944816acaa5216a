"""Events by the clock into the web app, while one looks how far scoring is behind."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, func, select

from nurture.bench.calling import Asgi, call
from nurture.bench.machine import own_cpu
from nurture.bench.scored import KINDS
from nurture.services.api_keys import create_key
from nurture.services.desk import Desk
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import events
from nurture.web.app import create_app

RATE, CALLS = 500, 10
"""Events and calls a second."""
LOOK_EVERY = 0.25
ENDS_WITHIN = 300.0
"""Seconds after the last event."""


@dataclass(frozen=True)
class Fed:
    accepted: int
    took: float
    """Seconds until the last of them was accepted."""
    behind: Sequence[float]
    """Seconds since the oldest event that waits might have been looked at, every quarter of a second."""
    after: float
    """Seconds from the last event until none waits."""
    cpu: float
    rate: int = RATE


async def feed(settings: Settings, store: Store, desk: Desk, emails: Sequence[str], seconds: int) -> Fed:
    app = create_app(settings, store, desk.clock)
    key = await store.write(create_key, desk.clock, "bench")
    behind: list[float] = []
    looking = asyncio.create_task(_look(store, desk, behind))
    began, used = time.monotonic(), own_cpu()
    try:
        accepted = await _post(app, key, emails, seconds, began)
        took, spent = time.monotonic() - began, own_cpu() - used
        async with asyncio.timeout(ENDS_WITHIN):
            while await store.read(_behind, desk):  # noqa: ASYNC110 - the relay is at work on them
                await asyncio.sleep(LOOK_EVERY / 5)
    finally:
        looking.cancel()
    return Fed(accepted, took, behind or [0.0], time.monotonic() - began - took, spent)


async def _post(app: Asgi, key: str, emails: Sequence[str], seconds: int, began: float) -> int:
    """On time, whether or not the calls before have been answered."""
    calls = []
    for number in range(seconds * CALLS):
        await asyncio.sleep(max(0.0, began + number / CALLS - time.monotonic()))
        calls.append(asyncio.create_task(call(app, _batch(emails, number), key)))
    return sum([json.loads(answer)["accepted"] for answer in await asyncio.gather(*calls)])


def _batch(emails: Sequence[str], number: int) -> bytes:
    size = RATE // CALLS
    return json.dumps([_event(emails, number * size + place) for place in range(size)]).encode()


def _event(emails: Sequence[str], number: int) -> dict[str, object]:
    kind, data = KINDS[number % len(KINDS)]
    lead = {"email": emails[number * 7919 % len(emails)]}
    return {"id": str(uuid4()), "type": kind, "lead": lead, "data": data}


async def _look(store: Store, desk: Desk, behind: list[float]) -> None:
    while True:
        behind.append(await store.read(_behind, desk))
        await asyncio.sleep(LOOK_EVERY)


def _behind(conn: Connection, desk: Desk) -> float:
    now = desk.clock.now(conn)
    waiting = events.c.looked_at.is_(None), events.c.judge_at <= now
    oldest = conn.scalar(select(func.min(events.c.judge_at)).where(*waiting))
    return (now - oldest).total_seconds() if oldest else 0.0
