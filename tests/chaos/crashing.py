"""One journey, one worker that ends itself at one point, and another that finds what is left."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.crm.fake import FakeCrm
from nurture.services.answer import Answer, answer
from nurture.services.event_leads import LeadRef
from nurture.services.ingest import NewEvent, ingest
from nurture.store.tables import handoffs, journeys, leads, sends
from tests.chaos.obituary import tell_of_death
from tests.chaos.orders import CRASHED, Orders
from tests.chaos.points import BESIDE_A_MAIL, DEFERRED, SENDING, UNKNOWN
from tests.chaos.scene import Scene, all_done
from tests.chaos.workers import Workers

CAMPAIGN = {
    "campaign": "guide",
    "enrol": {"on": "guide-form"},
    "steps": [
        {"send": "first"},
        {"do": "mark", "stage": "MQL", "tag": "hot"},
        {"wait": "3m"},
        {"send": "second"},
        {"wait": "up to 9m", "until": 'happened("demo-booked")'},
        {"handoff": "inside-sales"},
        {"end": "never"},
    ],
}
MAILS = {
    "campaign": "guide",
    "enrol": {"on": "guide-form"},
    "steps": [{"send": "first"}, {"wait": "3m"}, {"send": "second"}, {"end": "read"}],
}
"""For the points of sending: what follows the mails is the same as ever."""
STEPS = ["first", "second"]
SALES = {
    "teams": {
        "inside-sales": {
            "members": [{"name": "Ann", "email": "ann@ours.example"}],
            "remind": "1m",
            "escalate": "90m",
            "give_up": "3d",
        }
    }
}
CRASHES_WITHIN, ENDS_WITHIN = 90.0, 150.0
"""Seconds of a machine that has much else to do; an idle one takes about ten for both."""


@dataclass
class Crash:
    """What came of ending a worker at ``point``; no ``problems`` is what must be."""

    point: str
    problems: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


async def crash(scene: Scene, workers: Workers, crm: FakeCrm, point: str, email: str) -> Crash:
    began = asyncio.get_running_loop().time()
    result = Crash(point)
    house = scene.house
    mails_only = point in SENDING + DEFERRED
    house.publish(MAILS if mails_only else CAMPAIGN)
    lead = house.lead(email=email)
    event = NewEvent("test", "form", "form.submitted", LeadRef(id=lead), data={"form": "guide"})
    house.do(ingest, scene.clock, [event])
    people = [] if mails_only else [asyncio.create_task(act_as_people(scene, lead))]
    try:
        await run_twice(scene.orders, scene, workers, result)
    finally:
        for person in people:
            person.cancel()
    _check(scene, result, email, "read" if mails_only else "accepted")
    if not mails_only:
        _check_sales(scene, crm, result, lead)
    result.seconds = asyncio.get_running_loop().time() - began
    return result


async def run_twice(orders: Orders, scene: Scene, workers: Workers, result: Crash) -> None:
    """A worker that ends itself, and one that comes to an end with what is left."""
    victim = await workers.start(orders.crashing(result.point))
    try:
        code = await asyncio.wait_for(asyncio.shield(victim.ended), CRASHES_WITHIN)
    except TimeoutError:
        result.problems.append("the point was never reached")
        await victim.stop()
        return
    if code != CRASHED:
        result.problems.append(f"the worker ended with {code}")
    await tell_of_death(scene)
    heir = await workers.start(orders)
    if not await scene.until(lambda conn: all_done(conn) and _entered(conn), ENDS_WITHIN):
        result.problems.append(f"not done within {ENDS_WITHIN:.0f} s: {scene.store.read_sync(_left)}")
    if not (audit := await scene.audit()).holds:
        result.problems.append(f"audit: {[finding for finding in audit.findings if not finding.holds]}")
    heir.kill()
    await heir.ended


async def act_as_people(scene: Scene, lead: str) -> None:
    """She books a demo when she has read the second mail; sales accept when they have been reminded."""
    while True:
        await asyncio.sleep(0.2)
        if await scene.store.read(_walked_past, "second"):
            event = NewEvent("test", "demo", "demo.booked", LeadRef(id=lead))
            await scene.store.write(ingest, scene.clock, [event])
        task = await scene.store.read(_reminded)
        if task:
            given = Answer("accepted", by=task.owner)
            await scene.store.write(answer, scene.house.desk, task.id, task.version, given)
            return


def _check(scene: Scene, result: Crash, email: str, outcome: str) -> None:
    rows = scene.store.read_sync(lambda conn: conn.execute(select(journeys)).all())
    ends = [(row.state, row.outcome, row.attention) for row in rows]
    if ends != [("ended", outcome, None)]:
        result.problems.append(f"the journeys came to {ends}")
    mails = [mail for mail in scene.catcher.mails if mail.recipient == email]
    found = scene.store.read_sync(lambda conn: conn.execute(select(sends)).all())
    ours = {row.message_id for row in found}
    mine = [mail for mail in scene.catcher.mails if mail.message_id in ours or mail.recipient == email]
    account = scene.account(STEPS, mine)
    result.problems += account.problems
    result.states = Counter(row.state for row in found)
    unknown = int(result.point in UNKNOWN)
    beside = result.point in BESIDE_A_MAIL and result.states["unknown"] == 1
    if result.states["unknown"] != unknown and not beside:
        result.problems.append(f"{result.states['unknown']} unknown, expected {unknown}")
    lacking = unknown - account.unknown_but_delivered
    if len(mails) != len(STEPS) - lacking and not (beside and 0 <= len(STEPS) - len(mails) <= 1):
        result.problems.append(f"{len(mails)} mails for {len(STEPS)} steps, {lacking} lacking")


def _check_sales(scene: Scene, crm: FakeCrm, result: Crash, lead: str) -> None:
    stage = scene.store.read_sync(lambda conn: conn.execute(select(leads.c.stage)).scalar_one())
    if stage != "SAL":
        result.problems.append(f"the lead's stage is {stage}")
    told = Counter(change["what"] for change in crm.changes if change["lead"]["id"] == lead)
    if (told["stage"], told["handoff"]) != (2, 2):
        result.problems.append(f"the CRM was told {dict(told)}")


def _entered(conn: Connection) -> bool:
    return conn.execute(select(journeys.c.id)).first() is not None


def _left(conn: Connection) -> Sequence[object]:
    rows = select(journeys.c.state, journeys.c.step, journeys.c.effect, journeys.c.turn, journeys.c.attention)
    mails = select(sends.c.key, sends.c.state, sends.c.attempts)
    return [tuple(row) for query in (rows, mails) for row in conn.execute(query)]


def _walked_past(conn: Connection, step: str) -> bool:
    return conn.execute(select(journeys.c.id).where(journeys.c.step == f"{step}+wait")).first() is not None


def _reminded(conn: Connection) -> Row[Any] | None:
    query = select(handoffs).where(handoffs.c.state == "open", handoffs.c.reminded_at.is_not(None))
    return conn.execute(query).one_or_none()


def is_deferred(point: str) -> bool:
    return point in DEFERRED
