"""The relay's look at what happened to one lead: judged, scored, and told to the journeys that wait for
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from nurture.domain.conditions import Condition
from nurture.domain.machines import Judged, Verdict
from nurture.domain.waking import EVERYBODY, meets, tokens_of
from nurture.services.answering import REPLIED, take_reply
from nurture.services.changes import lock_lead
from nurture.services.desk import Desk
from nurture.services.doors import open_doors
from nurture.services.facts import load_facts
from nurture.services.judging import judge
from nurture.services.late import note_late
from nurture.services.library import Rules
from nurture.services.listening import MEASURE
from nurture.services.measuring import count
from nurture.services.opting_in import take_consents
from nurture.services.phones import WROTE, stopped_by
from nurture.services.scoring import book, take_back
from nurture.services.wakes import Spread, queue
from nurture.store.tables import events, journeys, waits

LEADS_AT_ONCE = 200
EVENTS_AT_ONCE = 200
AT_ONCE = Spread(rate=1000)
_WAITING = (
    select(events.c.lead_id)
    .where(events.c.looked_at.is_(None), events.c.judge_at <= bindparam("now", type_=events.c.judge_at.type))
    .order_by(events.c.judge_at)
    .limit(EVENTS_AT_ONCE)
)
"""Made once: it is asked before everything else the relay does."""


def waiting_leads(conn: Connection, desk: Desk) -> list[str]:
    """Leads with events that may be looked at now."""
    found = conn.scalars(_WAITING, {"now": desk.clock.now(conn)})
    return list(dict.fromkeys(found))[:LEADS_AT_ONCE]


def look(conn: Connection, desk: Desk, lead_id: str) -> int:
    """How many events were looked at. Each is looked at once, under the lead's lock."""
    lock_lead(conn, lead_id)
    now = desk.clock.now(conn)
    rules = desk.library.rules(conn)
    rows = conn.execute(
        select(events)
        .where(events.c.lead_id == lead_id, events.c.looked_at.is_(None), events.c.judge_at <= now)
        .order_by(events.c.occurred_at, events.c.id)
        .limit(EVENTS_AT_ONCE)
    ).all()
    verdicts, turned = judge(conn, rows)
    human = [row for row in rows if verdicts[row.id].judged == "human"]
    for row in rows:
        verdict = verdicts[row.id]
        conn.execute(
            update(events)
            .where(events.c.id == row.id)
            .values(verdict=str(verdict.judged), reasons=list(verdict.reasons) or None, looked_at=now)
        )
    for row in human:
        if row.type == WROTE:
            stopped_by(conn, desk.clock, desk.secrets[0], lead_id, row.data or {})
    for row in human:
        if row.type == REPLIED:
            take_reply(conn, desk, rules, lead_id, row)
    take_consents(conn, desk, lead_id, human)
    tokens = {token for row in human for token in tokens_of(row.type, row.data or {})}
    if book(conn, desk, rules, lead_id, human, now):
        tokens.add("score")
    tokens |= _turn(conn, desk, rules, lead_id, turned, now)
    _wake(conn, desk, lead_id, tokens)
    if EVERYBODY in tokens:
        _wake_all(conn, lead_id)
    note_late(conn, desk, rules, lead_id, human)
    open_doors(conn, desk, rules, lead_id, human, tokens, now)
    desk.reached("relay/looking")
    return len(rows)


def _turn(
    conn: Connection,
    desk: Desk,
    rules: Rules,
    lead_id: str,
    turned: Mapping[int, Verdict],
    now: datetime,
) -> set[str]:
    """What was taken for a person's turns out to be a machine's, or the other way round: verdicts and points.
    Returns what that may change."""
    if not turned:
        return set()
    for event_id, verdict in turned.items():
        values = {"verdict": str(verdict.judged), "reasons": list(verdict.reasons) or None}
        conn.execute(update(events).where(events.c.id == event_id).values(values))
    machines = [event_id for event_id, verdict in turned.items() if verdict.judged != Judged.HUMAN]
    rows = conn.execute(select(events).where(events.c.id.in_(turned))).all()
    people = [row for row in rows if row.id not in machines]
    moved = book(conn, desk, rules, lead_id, people, now)
    if take_back(conn, lead_id, machines, now) or moved:
        return {"score", *(f"event:{row.type}" for row in rows)}
    return {f"event:{row.type}" for row in rows}


def _wake(conn: Connection, desk: Desk, lead_id: str, tokens: set[str]) -> None:
    rows = conn.execute(
        select(waits).where(waits.c.lead_id == lead_id, waits.c.token.in_(tokens), waits.c.state == "open")
    ).all()
    for journey_id in sorted({row.journey_id for row in rows}):
        journey = conn.execute(select(journeys).where(journeys.c.id == journey_id)).one()
        of_it = [row for row in rows if row.journey_id == journey_id]
        if measures := [row for row in of_it if row.kind == MEASURE]:
            _measure(conn, desk, journey, measures)
        if journey.state == "open" and len(measures) < len(of_it):
            _wake_one(conn, desk, journey, [row for row in of_it if row.kind != MEASURE])


def _measure(conn: Connection, desk: Desk, journey: Row[Any], rows: Sequence[Row[Any]]) -> None:
    rules = desk.library.rules(conn)
    published = desk.library.readable(conn, journey.version)
    if published is None:
        return
    facts = load_facts(conn, desk, rules, published, journey)
    count(conn, rules, published, journey, facts, sorted({row.name for row in rows}))


def _wake_all(conn: Connection, lead_id: str) -> None:
    """Each decides anew by itself; who stays waits on."""
    of_the_lead = select(journeys.c.id).where(journeys.c.lead_id == lead_id, journeys.c.state == "open")
    queue(conn, conn.scalars(of_the_lead).all(), AT_ONCE)


def _wake_one(conn: Connection, desk: Desk, journey: Row[Any], rows: Sequence[Row[Any]]) -> None:
    """A wait whose condition holds, or fails, wakes its journey; the journey decides anew by itself."""
    rules = desk.library.rules(conn)
    published = desk.library.readable(conn, journey.version)
    if published is None:  # its turn says so, and needs attention
        queue(conn, [journey.id], AT_ONCE)
        return
    facts = load_facts(conn, desk, rules, published, journey)
    met = []
    for row in {(row.kind, row.name): row for row in rows}.values():
        condition = Condition(tuple(row.condition["lines"]), row.condition["every"])
        answer = rules.conditions.ask(condition, facts)
        if meets(row.kind, answer):
            met.append((row.kind, row.name))
    if not met:
        return
    for kind, name in met:
        conn.execute(
            update(waits)
            .where(waits.c.journey_id == journey.id, waits.c.kind == kind, waits.c.name == name)
            .values(state="woken")
        )
    conn.execute(update(journeys).where(journeys.c.id == journey.id).values(listens=None))
    queue(conn, [journey.id], AT_ONCE)
