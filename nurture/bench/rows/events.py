"""Events a second: one by one against a handler that does an INSERT and nothing else, in batches, and how
long until all are matched and scored."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from nurture.bench.alone import alone, settings_of
from nurture.bench.calling import Asgi, call
from nurture.bench.campaign import CAMPAIGN, DICTIONARY, document, texts, waits
from nurture.bench.figures import Figure, Reach, Side, compared
from nurture.bench.machine import own_cpu
from nurture.bench.plan import Plan
from nurture.bench.sides import add_leads
from nurture.relay.looking import look_at_pages
from nurture.services.api_keys import create_key
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.look import waiting_pages
from nurture.services.publish import publish_campaign
from nurture.store.session import Store
from nurture.store.tables import events, leads, points
from nurture.web.app import create_app

ONE_BY_ONE, BATCHED = 2000, 20_000
TURNS = 4
"""In which the two sides of a pair take turns: whatever the machine does meanwhile hits both."""
BATCH, AT_ONCE, LEADS = 1000, 50, 1000
SINGLE, BATCHES, MATCHED = Reach(">=", 0.8), Reach(">=", 10_000), Reach("<=", 60)
HAPPENINGS = {"happenings": {"prices": {"event": "page.viewed", "path": "/prices*"}}}
SCORING = {
    "rules": {
        "reads": {"on": "page.viewed", "points": 1, "cap": 20},
        "prices": {"on": "prices", "points": 5, "cap": 30},
    }
}
TIMES = ("occurred_at", "received_at", "judge_at", "looked_at")


async def measure(plan: Plan) -> list[Figure]:
    folder = plan.folder / "events"
    folder.mkdir(parents=True)
    settings = settings_of(folder)
    policies = {"dictionary": {**DICTIONARY, **HAPPENINGS}, "scoring": SCORING}
    store, desk = alone(folder / "events.db", settings, policies)
    try:
        store.write_sync(publish_campaign, desk.clock, document(waits("30d")), texts())
        people = store.write_sync(add_leads, desk, LEADS)
        for lead in people[: LEADS // 10]:
            store.write_sync(enrol, desk, CAMPAIGN, lead, f"bench:{lead}")
        emails = store.read_sync(_emails)
        key = store.write_sync(create_key, desk.clock, "bench")
        ours, bare = create_app(settings, store, desk.clock), _bare(store, people)
        single = await _one_by_one(plan, (ours, bare), emails, key)
        return [single, *await _batched(plan, ours, store, desk, emails, key)]
    finally:
        store.close()


async def _one_by_one(plan: Plan, apps: tuple[Asgi, Asgi], emails: Sequence[str], key: str) -> Figure:
    count = plan.amount(ONE_BY_ONE)
    rates: tuple[list[float], list[float]] = [], []
    cpu: tuple[list[float], list[float]] = [], []
    for number in range(-1, plan.pairs):
        plan.say(f"events one by one: {number + 1} of {plan.pairs}")
        spent = await _in_turns(apps, emails, key, count)
        if number < 0:  # the first lap warms up
            continue
        for side, (seconds, used) in enumerate(spent):
            rates[side].append(count / seconds)
            cpu[side].append(count / used)
    mine, theirs = Side("nurture", "events/s", rates[0]), Side("one INSERT", "events/s", rates[1])
    also = {"per CPU second": _by_cpu(*cpu)}
    return compared("events accepted one by one, against one INSERT each", SINGLE, mine, theirs, also)


async def _in_turns(
    apps: tuple[Asgi, Asgi], emails: Sequence[str], key: str, count: int
) -> tuple[list[float], list[float]]:
    """Seconds of the clock and of CPU that each side took for ``count`` events."""
    spent = [0.0, 0.0], [0.0, 0.0]
    for turn in range(TURNS):
        share = range(count * turn // TURNS, count * (turn + 1) // TURNS)
        for side in (0, 1) if turn % 2 else (1, 0):
            bodies = [json.dumps(_event(emails, index)).encode() for index in share]
            began, used = time.monotonic(), own_cpu()
            await _post_all(apps[side], bodies, key)
            spent[side][0] += time.monotonic() - began
            spent[side][1] += own_cpu() - used
    return spent


def _by_cpu(mine: Sequence[float], theirs: Sequence[float]) -> str:
    ratios = [own / other for own, other in zip(mine, theirs, strict=True)]
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    return f"{median(ratios):.2f} of it ({spread}), {median(mine):,.0f} events against {median(theirs):,.0f}"


async def _batched(
    plan: Plan, app: Asgi, store: Store, desk: Desk, emails: Sequence[str], key: str
) -> list[Figure]:
    count = plan.amount(BATCHED)
    wall, cpu = [], []
    for number in range(plan.pairs):
        plan.say(f"events in batches: {number + 1} of {plan.pairs}")
        bodies = [_batch(emails, min(BATCH, count - at)) for at in range(0, count, BATCH)]
        began, used = time.monotonic(), own_cpu()
        await _post_all(app, bodies, key, at_once=2)
        wall.append(count / (time.monotonic() - began))
        cpu.append(count / (own_cpu() - used))
    began, used = time.monotonic(), own_cpu()
    looked = 0
    while pages := await store.read(waiting_pages, desk):
        looked += await look_at_pages(store, desk, pages)
    seconds, spent = time.monotonic() - began, own_cpu() - used
    middle = sorted(cpu)[len(cpu) // 2]
    all_of_them = count * plan.pairs
    return [
        Figure(
            f"events accepted in batches of {BATCH:,}, a CPU second",
            middle,
            BATCHES,
            Side("of CPU", "events/s", cpu),
            Side("of the clock", "events/s", wall),
            (min(cpu), max(cpu)),
        ),
        Figure(
            f"seconds until {all_of_them:,} events are matched and scored",
            seconds,
            MATCHED,
            Side("of the clock", "s", [seconds]),
            Side("of CPU", "s", [spent]),
            also={"events": f"{looked:,}", "points": f"{store.read_sync(_points):,}", "leads": f"{LEADS:,}"},
        ),
    ]


def _emails(conn: Connection) -> list[str]:
    return list(conn.scalars(select(leads.c.email)))


def _points(conn: Connection) -> int:
    return conn.scalar(select(func.count()).select_from(points)) or 0


def _event(emails: Sequence[str], index: int) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "type": "page.viewed",
        "lead": {"email": emails[index % len(emails)]},
        "data": {"path": "/prices" if index % 10 == 0 else "/blog/something"},
    }


def _batch(emails: Sequence[str], count: int) -> bytes:
    return json.dumps([_event(emails, index) for index in range(count)]).encode()


def _bare(store: Store, people: Sequence[str]) -> Starlette:
    """What one would write first: no proof of who sends, no check, no second look."""

    def put(conn: Connection, body: Mapping[str, Any], lead: str) -> None:
        now = datetime.now(UTC)
        row = {
            "source": "bare",
            "key": body["id"],
            "type": body["type"],
            "lead_id": lead,
            "data": body["data"],
        }
        conn.execute(insert(events), {**row, "lead_id": lead, **dict.fromkeys(TIMES, now)})

    async def handler(request: Request) -> JSONResponse:
        body = json.loads(await request.body())
        await store.write(put, body, people[hash(body["lead"]["email"]) % len(people)])
        return JSONResponse({"status": "accepted"}, 202)

    return Starlette(routes=[Route("/api/events", handler, methods=["POST"])])


async def _post_all(app: Asgi, bodies: Sequence[bytes], key: str, at_once: int = AT_ONCE) -> None:
    """As a web server calls the app: what a server itself costs is the same for both, and left out."""
    gate = asyncio.Semaphore(at_once)

    async def post(body: bytes) -> None:
        async with gate:
            await call(app, body, key)

    await asyncio.gather(*map(post, bodies))
