"""Leads are handed over while worker, Temporal, web, database and CRM are killed or fail: one open task each,
one task in the CRM for each handoff, one answer of two, and verdicts as counted by hand. 500 leads on both
databases with NURTURE_TEST_FULL=1."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import Connection, Row, select

from nurture.crm.fake import Behaviour, FakeCrm
from nurture.delivery.catcher import Catcher
from nurture.domain.sla import verdict
from nurture.services.attention import retry
from nurture.services.audit import Finding
from nurture.services.enrol import enrol
from nurture.services.publish import publish_policy
from nurture.services.wakes import Spread
from nurture.store.tables import handoffs, journeys, outbox, users
from tests.amount import FULL
from tests.chaos.clock import QuickClock
from tests.chaos.nemesis import Supervised, rage
from tests.chaos.sales_day import LEFT_ALONE, Crm, Reps, Web, trouble_database, waiting
from tests.chaos.scene import Scene, make_scene
from tests.chaos.servers import ManyNamespaces, client_of, ready_for
from tests.chaos.workers import Workers, forking_workers
from tests.domain.test_sla import PLACES, oracle

pytestmark = [pytest.mark.chaos, pytest.mark.asyncio(loop_scope="session")]

COUNT, KILLS, SPEED = (500, 24, 1500.0) if FULL else (10, 2, 1500.0)
DUE, ESCALATES = 4, 12
"""Business hours."""
MINUTE = timedelta(minutes=1)
TALK = {"campaign": "talk", "steps": [{"handoff": "inside-sales"}]}
CALENDARS = {
    "country": "DE",
    "countries": {
        "DE": {"holidays": {"05-01": "May", "easter + 1": "Easter", "12-24 to 12-26": "Christmas"}},
        "US": {"business": {"hours": "08:30-16:30"}, "holidays": {"4th thu of november": "Thanksgiving"}},
        "AE": {"business": {"days": "sun-thu"}},
    },
}
LATE = "journeys past their due"
"""On this clock a second is 25 minutes: whoever still waits, for a reminder to sales, is late as soon as the
machine is."""
HEALS_WITHIN = 1200.0 if FULL else 40.0
ENDS_WITHIN = 60.0
"""Seconds; it ends as soon as all is done, and a machine may have other work."""


def policy() -> dict[str, Any]:
    members = [
        {"name": f"Rep {n}", "email": f"rep{n}@ours.example", "zone": zone, **({"country": at} if at else {})}
        for n, (at, zone) in enumerate(PLACES)
    ]
    promise = {"due": f"{DUE} business hours", "remind": "3 business hours", "give_up": "60 business days"}
    team = {"members": members, **promise, "escalate": f"{ESCALATES} business hours"}
    return {"teams": {"inside-sales": team}, "reasons": {"not-now": "Not now"}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def workers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Workers]:
    with (tmp_path_factory.mktemp("handoffs") / "workers.log").open("wb") as log:
        async with forking_workers(log) as workers:
            yield workers


@pytest.mark.parametrize("database", ["sqlite", "postgres"] if FULL else ["sqlite"])
async def test_each_lead_has_one_task_and_each_handoff_one_in_the_crm(
    request: pytest.FixtureRequest, workers: Workers, tmp_path: Path, database: str
) -> None:
    url = request.getfixturevalue(f"{database}_url")
    began, fake = time.monotonic(), FakeCrm()
    server, crm = ManyNamespaces(tmp_path / "temporal", ["handoffs"]), Crm(fake)
    await crm.start()
    async with server, Catcher() as catcher:
        client = await client_of(server.address, "handoffs")
        await ready_for(server.address, [client.namespace], tmp_path)
        scene = make_scene(url, client, catcher, tmp_path / client.namespace)
        scene.orders = replace(scene.orders, speed=SPEED, crm_url=crm.url)
        house = scene.house
        clock = scene.clock = house.desk.clock = QuickClock(scene.orders.start, SPEED)
        for kind, document in (("sales", policy()), ("calendars", CALENDARS)):
            house.do(publish_policy, clock, kind, document)
        house.publish(TALK, {})
        ids = [house.lead(email=f"lead{number}@people.example") for number in range(COUNT)]
        web, random = Web(scene.orders), Random(20261122)
        await web.start()
        reps = Reps(scene, f"http://127.0.0.1:{web.port}", random)
        try:
            await reps.sign_in()
            for lead in ids:
                assert house.do(enrol, house.desk, "talk", lead, "chaos").journey
            supervised = Supervised(workers, scene.orders)
            running = [asyncio.create_task(supervised.run()), asyncio.create_task(reps.run())]
            troubles = asyncio.create_task(_trouble(random, web, crm, fake, url))
            kills = await rage(random, KILLS, supervised, server)
            counted = await troubles
            healed = await _heal(scene)
            broken = await _audited(scene)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await supervised.stop()
            rows, left = await scene.store.read(_tasks), await scene.store.read(_left)
            scene.store.close()
        finally:
            await reps.close()
            await web.kill()
    await crm.kill()
    print(
        f"\nchaos handoffs on {database}: {COUNT} leads,"
        f" kills: {kills.worker} worker, {kills.server} Temporal, {counted};"
        f" answers {dict(reps.statuses)}; verdicts {[sum(row.sla == s for row in rows) for s in SAID]} of"
        f" {SAID}; clocks anew {sum(row.clock > 1 for row in rows)}; {time.monotonic() - began:.0f} s"
    )
    assert healed, left
    assert sorted(row.lead_id for row in rows) == sorted(ids)
    assert sum(row.state == "open" for row in rows) == COUNT // LEFT_ALONE
    assert max(reps.saved.values()) == 1
    opened = [change for change in fake.changes if change["what"] == "handoff" and "why" in change["values"]]
    assert sorted(change["lead"]["id"] for change in opened) == sorted(ids)
    assert [wrong for row in rows if (wrong := _wrong(row))] == []
    assert broken == []


SAID = ("met", "missed", None)


async def _trouble(random: Random, web: Web, crm: Crm, fake: FakeCrm, url: str) -> str:
    """Web, CRM and database by turns."""
    done = {"web": 0, "CRM away": 0, "CRM refuses": 0, "database": 0}
    for _ in range(max(1, KILLS // 4)):
        await asyncio.sleep(random.uniform(0.3, 1.0))
        fake.behaviour = Behaviour(status=503)
        await asyncio.to_thread(trouble_database, url)
        done["database"] += 1
        await asyncio.sleep(random.uniform(0.3, 1.0))
        fake.behaviour = Behaviour()
        await crm.kill()
        await asyncio.sleep(random.uniform(0.3, 1.0))
        await crm.start()
        done["CRM away"] += 1
        done["CRM refuses"] += 1
        if FULL:
            await web.kill()
            await web.start()
            done["web"] += 1
    return ", ".join(f"{what} {times}" for what, times in done.items())


async def _heal(scene: Scene) -> bool:
    """Whoever three killed workers had in hand asks for a person, who sends them on."""
    end = time.monotonic() + HEALS_WITHIN
    while time.monotonic() < end:
        if await scene.until(_settled, 5.0):
            return True
        await scene.store.write(retry, None, None, Spread(rate=100))
    return False


async def _audited(scene: Scene) -> list[Finding]:
    """What does not hold even when all workflows have had time to hear that their journeys are over."""
    end = time.monotonic() + ENDS_WITHIN
    while True:
        found = [one for one in (await scene.audit()).findings if not one.holds and one.name != LATE]
        if not found or time.monotonic() > end:
            return found


def _settled(conn: Connection) -> bool:
    return not _left(conn)


def _left(conn: Connection) -> list[str]:
    """What is still to be done until all are handed over and answered, and the CRM knows."""
    kinds = conn.execute(select(outbox.c.kind, outbox.c.error).where(outbox.c.state == "open")).all()
    ended = conn.execute(select(journeys.c.id).where(journeys.c.state == "ended")).all()
    found = {
        "tasks": len(_tasks(conn)) - COUNT,
        "answers": len(waiting(conn)),
        "outbox": [tuple(row) for row in kinds],
        "journeys": len(ended) - (COUNT - COUNT // LEFT_ALONE),
    }
    return [f"{what}: {left}" for what, left in found.items() if left]


def _tasks(conn: Connection) -> list[Row[Any]]:
    query = select(handoffs, users.c.email.label("owner_email")).outerjoin(
        users, users.c.id == handoffs.c.owner
    )
    return list(conn.execute(query.where(handoffs.c.joined_to.is_(None))).all())


def _wrong(row: Row[Any]) -> str:
    """What differs from counting the minutes by hand. One in which it is decided is not looked at."""
    country, zone = PLACES[int(row.owner_email[3])]
    due = oracle(country, ZoneInfo(zone), row.clock_at, DUE * 60)
    if abs(due - row.due) > MINUTE:
        return f"due {row.due}, by hand {due}"
    if row.touched_at is None:
        return "" if row.state == "open" and row.sla in (None, "missed") else f"{row.state}, never touched"
    if row.clock == 1 and abs(row.touched_at - due) <= MINUTE:
        return ""
    expected = verdict(due, row.touched_at, "missed" if row.clock > 1 else None)
    return "" if row.sla == expected else f"{row.sla}, by hand {expected}"
