"""What a wake, a send and an event cost with many open journeys, against few: statements, steps of the
database, CPU."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from nurture.bench.alone import alone, settings_of
from nurture.bench.campaign import CAMPAIGN, DICTIONARY, document, texts, waits
from nurture.bench.figures import Figure, Reach, Side
from nurture.bench.plan import Plan
from nurture.bench.sides import add_leads
from nurture.bench.statements import statements
from nurture.contract import Turn
from nurture.delivery.compose import Composed
from nurture.delivery.provider import Outcome, Verdict
from nurture.services import engagement, sending
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.event_leads import LeadRef
from nurture.services.ingest import NewEvent, ingest
from nurture.services.look import look_at
from nurture.services.publish import publish_campaign
from nurture.services.to_send import ToSend
from nurture.services.turns import as_turn, find
from nurture.store.columns import new_id
from nurture.store.session import Store
from nurture.store.tables import journeys, leads
from nurture.store.tables import waits as listened

FEW, MANY = 1_000, 100_000
ACTS = 120
REACH = Reach("<=", 1.2)
CHUNK = 2_000
STEPS = 50
"""Of SQLite's machine between two counts: what it reads, sorts and compares are steps."""
SENT = Outcome(Verdict.SENT, 250, None, "", "accepted")
COMPOSED = Composed(b"", [], "0" * 64)

Act = Callable[[Connection, Desk, str], None]
Whom = Callable[[Connection, Desk, int], Sequence[str]]


@dataclass
class Cost:
    """Per act."""

    statements: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


async def measure(plan: Plan) -> list[Figure]:
    """``journeys`` of the plan stands for the many."""
    many = plan.amount(MANY)
    sizes = {"many": many, "few": min(FEW, max(1, many // 10))}
    acts, folder = min(ACTS, max(5, many // 10)), plan.folder / "open"
    folder.mkdir(parents=True)
    houses: dict[str, tuple[Store, Desk]] = {}
    found = {act: {name: Cost() for name in sizes} for act in ACTS_OF}
    try:
        for name, size in sizes.items():
            plan.say(f"open rows: {size:,} journeys are made")
            houses[name] = _filled(folder / f"{name}.db", size)
        for number in range(plan.pairs + 1):
            plan.say(f"open rows: {number} of {plan.pairs}")
            for name in sizes if number % 2 else reversed(sizes):
                for act, cost in found.items():
                    _measured(*houses[name], ACTS_OF[act], acts, cost[name] if number else Cost())
    finally:
        for store, _ in houses.values():
            store.close()
    return [_figure(act, sizes, cost) for act, cost in found.items()]


def _figure(act: str, sizes: Mapping[str, int], cost: Mapping[str, Cost]) -> Figure:
    many, few = cost["many"], cost["few"]
    ratios = {
        "statements": median(many.statements) / median(few.statements),
        "work in the database": median(many.steps) / median(few.steps),
        "CPU": median(mine / other for mine, other in zip(many.cpu, few.cpu, strict=True)),
    }
    also = {name: f"{ratio:.2f}" for name, ratio in ratios.items()}
    also["statements each"] = f"{median(many.statements):.1f}"
    sides = [Side(f"{sizes[name]:,} open", "ms of CPU", cost[name].cpu) for name in ("many", "few")]
    what = f"{act}: cost at {sizes['many']:,} open journeys against {sizes['few']:,}, the worst of three"
    return Figure(what, max(ratios.values()), REACH, sides[0], sides[1], None, also)


def _filled(file: Any, size: int) -> tuple[Store, Desk]:
    store, desk = alone(file, settings_of(file.parent), {"dictionary": DICTIONARY})
    store.write_sync(publish_campaign, desk.clock, document(waits("30d")), texts())
    (first,) = store.write_sync(add_leads, desk, 1)
    journey = store.write_sync(_enrolled, desk, first)
    store.write_sync(_send, desk, journey)
    for made in range(0, size, CHUNK):
        store.write_sync(_copied, desk, journey, min(CHUNK, size - made))
    return store, desk


def _copied(conn: Connection, desk: Desk, journey: str, count: int) -> None:
    """The journey that waits, again and again, each with a lead of its own."""
    row = dict(conn.execute(select(journeys).where(journeys.c.id == journey)).one()._mapping)
    waiting = [dict(one._mapping) for one in conn.execute(select(listened).where(_of(journey)))]
    people = add_leads(conn, desk, count)
    fresh = [{**row, "id": new_id(), "lead_id": lead, "cause": f"bench:{lead}"} for lead in people]
    conn.execute(insert(journeys), fresh)
    more = [_own(one, each) for each in fresh for one in waiting]
    if more:
        conn.execute(insert(listened), more)


def _of(journey: str) -> Any:
    return listened.c.journey_id == journey


def _own(one: Mapping[str, Any], journey: Mapping[str, Any]) -> dict[str, Any]:
    """What it listens for, of a copy."""
    given = {name: value for name, value in one.items() if name != "id"}
    return {**given, "journey_id": journey["id"], "lead_id": journey["lead_id"]}


def _enrolled(conn: Connection, desk: Desk, lead: str) -> str:
    found = enrol(conn, desk, CAMPAIGN, lead, f"bench:{lead}").journey
    assert found
    return found


def _turn(conn: Connection, desk: Desk, journey: str) -> Turn:
    row = find(conn, journey)
    assert row is not None
    return as_turn(conn, desk, row)


def _wake(conn: Connection, desk: Desk, journey: str) -> None:
    engagement.check(conn, desk, _turn(conn, desk, journey))


def _send(conn: Connection, desk: Desk, journey: str) -> None:
    mail = sending.begin(conn, desk, _turn(conn, desk, journey), new_id())
    assert isinstance(mail, ToSend)
    assert sending.mark(conn, desk, mail, COMPOSED)
    sending.finish(conn, desk, mail, SENT, COMPOSED, None)


def _event(conn: Connection, desk: Desk, lead: str) -> None:
    ingest(conn, desk.clock, [NewEvent("bench", str(uuid4()), "page.viewed", LeadRef(id=lead))])
    look_at(conn, desk, [lead])


def _asleep(conn: Connection, _desk: Desk, count: int) -> Sequence[str]:
    return list(conn.scalars(select(journeys.c.id).order_by(journeys.c.id.desc()).limit(count)))


def _about_to_send(conn: Connection, desk: Desk, count: int) -> Sequence[str]:
    return [_enrolled(conn, desk, lead) for lead in add_leads(conn, desk, count)]


def _people(conn: Connection, _desk: Desk, count: int) -> Sequence[str]:
    return list(conn.scalars(select(leads.c.id).order_by(leads.c.id).limit(count)))


ACTS_OF: Mapping[str, tuple[Whom, Act]] = {
    "a wake": (_asleep, _wake),
    "a send": (_about_to_send, _send),
    "an event": (_people, _event),
}


@contextlib.contextmanager
def _counted(conn: Connection) -> Iterator[list[int]]:
    """How many times SQLite's machine has made STEPS steps while the block runs."""
    raw: Any = conn.connection.driver_connection
    counts = [1]

    def more() -> int:
        counts[0] += 1
        return 0

    raw.set_progress_handler(more, STEPS)
    try:
        yield counts
    finally:
        raw.set_progress_handler(None, 0)


def _measured(store: Store, desk: Desk, kind: tuple[Whom, Act], count: int, cost: Cost) -> None:
    whom, act = kind
    ids = store.write_sync(whom, desk, count)

    def all_of_them(conn: Connection) -> tuple[float, int]:
        with _counted(conn) as counts:
            began = time.thread_time()
            for one in ids:
                act(conn, desk, one)
            return time.thread_time() - began, counts[0]

    with statements() as asked:
        cpu, steps = store.write_sync(all_of_them)
    cost.statements.append(asked.total() / len(ids))
    cost.steps.append(steps / len(ids))
    cost.cpu.append(1000 * cpu / len(ids))
