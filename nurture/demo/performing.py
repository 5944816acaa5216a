"""One performance: from the first arrival until the last day is over and nothing is left to be told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from nurture.client import Client
from nurture.delivery.catcher import Catcher
from nurture.demo.house import Cast, Wanted
from nurture.demo.stepper import Stuck
from nurture.services.desk import Desk
from nurture.store.session import Store
from nurture.store.tables import journeys, outbox

LEARNS_WITHIN, TELLS_WITHIN = 45.0, 60.0
"""Seconds: until the worker knows the server, which tries it for 30 at most, and until the CRM knows
everything."""

SHOWN_EVERY = 0.3
"""Seconds."""


@dataclass(frozen=True)
class Stage:
    store: Store
    desk: Desk
    client: Client
    catcher: Catcher
    cast: Cast


@dataclass(frozen=True)
class Scene:
    """What is shown while it goes on."""

    now: datetime
    mails: int
    events: int
    tasks: int
    ended: int


Show = Callable[[Scene], None]


async def perform(stage: Stage, wanted: Wanted, show: Show) -> None:
    play = stage.cast.play

    shown = 0.0

    async def scene(now: datetime) -> None:
        nonlocal shown
        if time.monotonic() < shown + SHOWN_EVERY and now < wanted.ends:
            return
        shown = time.monotonic()
        ended = await stage.store.read(_ended)
        events = play.counts.requests + play.counts.events
        show(Scene(now, play.counts.mails, events, play.sales.tasks, ended))

    await _until(lambda: _is_hibernating(stage), LEARNS_WITHIN)
    await play.run(wanted.ends, scene)
    if not await _until(lambda: stage.store.read(_all_told), TELLS_WITHIN):
        raise Stuck("The CRM was not told everything within a minute.", "Look at the log.")


async def _until(holds: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    for _ in range(int(seconds / 0.1)):
        if await holds():
            return True
        await asyncio.sleep(0.1)
    return False


async def _is_hibernating(stage: Stage) -> bool:
    """The worker tries the server first; until it knows, waits stay in the run."""
    return stage.desk.rest == "hibernate"


def _all_told(conn: Connection) -> bool:
    waiting = select(outbox.c.id).where(outbox.c.state == "open").limit(1)
    return conn.execute(waiting).first() is None


def _ended(conn: Connection) -> int:
    return conn.execute(select(func.count()).where(journeys.c.state == "ended")).scalar_one()
