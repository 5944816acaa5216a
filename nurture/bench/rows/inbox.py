"""How long the inbox takes at 100,000 tasks, against one with a thousand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Connection, Table, insert, select

from nurture.bench.figures import Figure, Reach, Side
from nurture.bench.plan import Plan
from nurture.clock import RealClock
from nurture.services.adopt import ensure_installation
from nurture.services.sign_in import ensure_users, sign_in, sign_in_link
from nurture.settings import Settings
from nurture.store.columns import new_id
from nurture.store.migrate import upgrade
from nurture.store.session import Store
from nurture.store.tables import accounts, campaign_versions, handoffs, journeys, leads, users
from nurture.web.app import create_app
from nurture.web.signed_in import COOKIE

WHAT = "a page of the inbox at 100,000 tasks, against 1,000"
REACH = Reach("<=", 3)
MANY, FEW = 100_000, 1_000
PEOPLE, OPEN_SHARE = 50, 0.1
PAGES, AT_ONCE = 40, 4
"""Pages of one person; of each where all fifty ask at the same time."""
CHUNK = 2_000
BASE = "http://127.0.0.1:8080"
PATHS = ("/inbox", "/inbox?show=team", "/inbox?show=done", "/inbox?q=lead77")


@dataclass(frozen=True)
class Measured:
    one: Sequence[float]
    """Milliseconds of each page for one person who is alone."""
    fifty: Sequence[float]

    @property
    def said(self) -> str:
        return f"p95 {_p95(self.one):.0f} ms for one, {_p95(self.fifty):.0f} ms for {PEOPLE} at once"


async def measure(plan: Plan) -> list[Figure]:
    sides = {}
    for name, count in (("few", FEW), ("many", MANY)):
        plan.say(f"inbox: {count:,} tasks")
        folder = plan.folder / f"inbox-{name}"
        folder.mkdir(parents=True)
        sides[name] = await measured(f"sqlite:///{folder / 'nurture.db'}", folder, plan.amount(count))
    ours, other = sides["many"], sides["few"]
    value = median(ours.one) / median(other.one)
    return [
        Figure(
            WHAT,
            value,
            REACH,
            Side("100,000", "ms", ours.one),
            Side("1,000", "ms", other.one),
            None,
            {"100,000": ours.said, "1,000": other.said},
        )
    ]


async def measured(url: str, folder: Path, count: int) -> Measured:
    upgrade(url)
    store = Store(url)
    try:
        store.write_sync(ensure_installation, "real", BASE, "default")
        filled(store, count)
        secret = SecretStr("a secret for a bench")
        settings = Settings(data_dir=folder, secret=secret, base_url=BASE, delivery="catch")
        app = create_app(settings, store, RealClock())
        cookies = [_session(store, number) for number in range(PEOPLE)]
        one = await _pages(app, cookies[0], PAGES)
        asked = await asyncio.gather(*(_pages(app, cookie, AT_ONCE) for cookie in cookies))
        return Measured(one, [took for took_by in asked for took in took_by])
    finally:
        store.close()


def _session(store: Store, number: int) -> str:
    token = store.write_sync(sign_in_link, f"rep{number}@sales.example")
    return str(store.write_sync(sign_in, token))


async def _pages(app: FastAPI, session: str, count: int) -> list[float]:
    took = []
    for number in range(count):
        began = time.perf_counter()
        await _get(app, PATHS[number % len(PATHS)], session)
        took.append((time.perf_counter() - began) * 1000)
    return took


async def _get(app: FastAPI, path: str, session: str) -> None:
    """As a web server asks it."""
    path, _, query = path.partition("?")
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
    scope |= {"headers": [(b"cookie", f"{COOKIE}={session}".encode()), (b"host", b"127.0.0.1")]}
    scope |= {
        "http_version": "1.1",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    if statuses != [200]:
        raise RuntimeError(f"{path} answered {statuses}")


def filled(store: Store, count: int) -> None:
    """``count`` tasks of fifty people in five teams, a tenth of them open."""
    members = [
        {"email": f"rep{n}@sales.example", "name": f"Rep {n}", "team": f"team-{n % 5}"} for n in range(PEOPLE)
    ]
    store.write_sync(ensure_users, RealClock(), members)
    people = store.read_sync(lambda conn: conn.execute(select(users.c.id, users.c.team)).all())
    account, random, now = new_id(), Random(1), datetime.now(UTC)
    row = {"id": account, "domain": "bench.example", "name": "Bench", "fields": {}, "created_at": now}
    version: dict[str, Any] = {
        "hash": "0" * 64,
        "campaign": "bench",
        "document": {},
        "messages": {},
        "published_at": now,
    }
    store.write_sync(lambda conn: conn.execute(insert(accounts).values(row)))
    store.write_sync(lambda conn: conn.execute(insert(campaign_versions).values(version)))
    for begin in range(0, count, CHUNK):
        made = [_task(n, random, people, account, now) for n in range(begin, min(begin + CHUNK, count))]
        for place, table in enumerate((leads, journeys, handoffs)):
            store.write_sync(_insert, table, [one[place] for one in made])


def _insert(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    conn.execute(insert(table), rows)


def _task(number: int, random: Random, people: Any, account: str, now: datetime) -> tuple[Any, Any, Any]:
    lead, journey, owner = new_id(), new_id(), random.choice(people)
    at = now - timedelta(minutes=random.randrange(500_000))
    is_open = random.random() < OPEN_SHARE
    person: dict[str, Any] = {
        "id": lead,
        "email": f"lead{number}@bench.example",
        "first_name": f"Lead{number}",
    }
    person |= {"account_id": account, "created_at": at, "updated_at": at}
    way: dict[str, Any] = {
        "id": journey,
        "lead_id": lead,
        "campaign": "bench",
        "version": "0" * 64,
        "entry": 1,
    }
    way |= {"cause": "bench", "key": "", "step": "talk", "position": {}, "effect": "check_engagement"}
    way |= {"due": at, "state": "open" if is_open else "ended", "entered_at": at, "changed_at": at}
    way |= {"outcome": None if is_open else "accepted", "ended_at": None if is_open else at}
    task: dict[str, Any] = {
        "id": new_id(),
        "key": f"{journey}/talk/1/handoff",
        "lead_id": lead,
        "journey_id": journey,
    }
    task |= {"step": "talk", "visit": 1, "team": owner.team, "owner": owner.id, "due": at, "created_at": at}
    task |= {"state": "open" if is_open else "accepted", "context": {"why": "Prices", "score": number % 100}}
    done = (None, None) if is_open else (at, owner.id)
    return person, way, {**task, "answered_at": done[0], "answered_by": done[1]}


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]
