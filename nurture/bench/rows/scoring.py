"""Scoring at size: how far it is behind while events keep coming, how long another policy takes, and a look
at one score."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, select

from nurture.bench.campaign import texts
from nurture.bench.feeding import Fed, feed
from nurture.bench.figures import Figure, Reach, Side
from nurture.bench.house import House, house
from nurture.bench.machine import own_cpu
from nurture.bench.plan import Plan
from nurture.bench.scored import CAMPAIGN, CHANGED, KNOWN, POLICY, add_past, add_people, refuse_a_full_one
from nurture.bench.sides import open_house
from nurture.bench.statements import statements
from nurture.clock import RealClock
from nurture.delivery.registry import PROVIDERS
from nurture.domain.scoring import total
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.event_leads import LeadRef
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.services.ingest import NewEvent, ingest
from nurture.services.publish import publish_campaign, publish_policy
from nurture.services.reapplying import apply_page
from nurture.services.rescoring import page_of
from nurture.store.migrate import upgrade
from nurture.store.session import Store
from nurture.store.tables import events, leads, points
from worker import Work

LEADS, EACH, SECONDS = 5_000, 20, 60
FULL = 50_000
"""Leads of which the whole must be scored anew within five minutes."""
READS, JOURNEYS = 200, 100
BEHIND, READ = Reach("<=", 60), Reach("<=", 5)


async def measure(plan: Plan) -> list[Figure]:
    folder, count = plan.folder / "scoring", plan.leads or LEADS
    folder.mkdir(parents=True)
    async with house(folder) as at_home:
        store = opened(plan, f"sqlite:///{folder / 'scoring.db'}")
        try:
            desk = open_house(store, at_home, RealClock())
            store.write_sync(publish_policy, desk.clock, "dictionary", KNOWN)
            plan.say(f"scoring: {count:,} leads and {count * EACH:,} events are made")
            people = add_people(store, desk, count)
            add_past(store, desk, people, EACH)
            plain = _statements(store, desk, people[0], "plain")
            applied = await asyncio.to_thread(_applied, plan, store, desk, count)
            read = _read(store, desk, people)
            scored = _statements(store, desk, people[0], "scored")
            behind = await _behind(plan, at_home, store, desk, f"{scored} with scoring, {plain} without")
            return [behind, applied, read]
        finally:
            store.close()


def opened(plan: Plan, file: str) -> Store:
    """The database of the plan, or a file. Raises NotEmpty."""
    if plan.database:
        before = Store(plan.database)
        try:
            before.read_sync(refuse_a_full_one)
        finally:
            before.close()
    upgrade(plan.database or file)
    return Store(plan.database or file)


def _applied(plan: Plan, store: Store, desk: Desk, count: int) -> Figure:
    """What `nurture score apply` does: first where nothing was booked, then where a rule is worth more."""
    took, cpu = [], []
    for policy in (POLICY, CHANGED):
        plan.say("scoring: a policy is applied")
        store.write_sync(publish_policy, desk.clock, "scoring", policy)
        began, used = time.monotonic(), own_cpu()
        _apply(store, desk)
        took.append(time.monotonic() - began)
        cpu.append(own_cpu() - used)
    return Figure(
        f"seconds to apply a policy to {count:,} leads with {count * EACH:,} events",
        max(took),
        Reach("<=", 300 * count / FULL),
        Side("all new, then changed", "s", took),
        Side("CPU of it", "s", cpu),
        also={"points booked": f"{store.read_sync(_booked):,}"},
    )


def _apply(store: Store, desk: Desk) -> None:
    rules, after = store.read_sync(desk.library.rules), None
    while ids := store.read_sync(page_of, after):
        store.write_sync(apply_page, rules, ids, store.read_sync(desk.clock.now))
        after = ids[-1]


def _booked(conn: Connection) -> int:
    return conn.scalar(select(func.count()).select_from(points)) or 0


def _read(store: Store, desk: Desk, people: Sequence[str]) -> Figure:
    rules = store.read_sync(desk.library.rules)

    def one(conn: Connection, lead: str) -> int:
        fields = lead_fields(lead_row(conn, lead), rules.dictionary)
        return total(entries(conn, lead), rules.scoring, desk.clock.now(conn), fields).total

    took = []
    for lead in people[:: max(1, len(people) // READS)]:
        began = time.perf_counter()
        store.read_sync(one, lead)
        took.append((time.perf_counter() - began) * 1000)
    slow = Side("19 of 20 within", "ms", [sorted(took)[len(took) * 19 // 20]])
    return Figure("milliseconds to read a lead's score", median(took), READ, Side("each", "ms", took), slow)


def _statements(store: Store, desk: Desk, lead: str, key: str) -> int:
    """Of accepting one event."""
    for number in range(2):  # the first may look at what is then remembered
        event = NewEvent(
            "bench", f"{key}/{number}", "page.viewed", LeadRef(id=lead), data={"path": "/prices"}
        )
        with statements() as counted:
            store.write_sync(ingest, desk.clock, [event])
    return counted.total()


async def _behind(plan: Plan, at_home: House, store: Store, desk: Desk, accepting: str) -> Figure:
    emails = store.read_sync(lambda conn: list(conn.scalars(select(leads.c.email))))
    store.write_sync(publish_campaign, desk.clock, dict(CAMPAIGN), texts())
    store.write_sync(_enrol, desk)
    seconds = plan.seconds or SECONDS
    async with _working(at_home, store, desk):
        while await store.read(_waiting):  # noqa: ASYNC110 - what the policy has told the relay
            await asyncio.sleep(0.1)
        before = store.read_sync(_booked)
        plan.say(f"scoring: events come for {seconds} seconds")
        fed = await feed(at_home.settings(), store, desk, emails, seconds)
    return _figure(fed, seconds, store.read_sync(_booked) - before, accepting)


def _enrol(conn: Connection, desk: Desk) -> None:
    for lead in conn.scalars(select(leads.c.id).order_by(leads.c.id).limit(JOURNEYS)).all():
        enrol(conn, desk, CAMPAIGN["campaign"], lead, f"bench:{lead}")


def _figure(fed: Fed, seconds: int, booked: int, accepting: str) -> Figure:
    also = {
        "events accepted": f"{fed.accepted:,}, {fed.accepted / fed.took:,.0f} a second",
        "points booked of them": f"{booked:,}",
        "all scored after the last": f"{fed.after:.2f} s",
        "CPU of web, worker and relay": f"{fed.cpu / fed.took:.0%} of a core",
        "statements to accept an event": accepting,
    }
    every = Side("behind, every quarter second", "s", fed.behind)
    most = Side("at the most", "s", [max(fed.behind)])
    what = f"seconds that scoring is behind, at {fed.rate} events/s for {seconds} s"
    return Figure(what, max(fed.behind), BEHIND, every, most, also=also)


def _waiting(conn: Connection) -> Any:
    return conn.execute(select(events.c.id).where(events.c.looked_at.is_(None)).limit(1)).first()


@contextlib.asynccontextmanager
async def _working(at_home: House, store: Store, desk: Desk) -> AsyncIterator[None]:
    """A whole worker with its relay, in this process."""
    settings = at_home.settings()
    work = Work(settings, at_home.client, store, desk, PROVIDERS["smtp"](settings))
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(work.run(stop, ready))
    await ready.wait()
    try:
        yield
    finally:
        stop.set()
        await task
