"""The relay's look at what happened to one lead: judged, scored, and told to the journeys that wait for
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from nurture.conditions.reads import ACCOUNT
from nurture.domain.conditions import Condition
from nurture.domain.machines import Judged, Verdict
from nurture.domain.own_events import BOOKED
from nurture.domain.waking import EVERYBODY, meets, tokens_of
from nurture.services.account_scores import tell_colleagues_of_points
from nurture.services.answering import REPLIED, take_reply
from nurture.services.booked import accept_booked
from nurture.services.changes import lock_leads
from nurture.services.consent_events import note_consents
from nurture.services.desk import Desk
from nurture.services.doors import doors_now, open_doors
from nurture.services.entering import enter_stages
from nurture.services.facts import load_facts
from nurture.services.judging import HUMAN, judge
from nurture.services.late import note_late
from nurture.services.library import Rules
from nurture.services.listening import MEASURE
from nurture.services.measuring import count
from nurture.services.opting_in import take_consents
from nurture.services.phones import WROTE, stopped_by
from nurture.services.qualifying import take_told
from nurture.services.scoring import book, take_back
from nurture.services.wakes import Spread, queue
from nurture.store.tables import events, journeys, waits

EVENTS_AT_ONCE = 200
TOGETHER = 25
"""Leads of one transaction: their locks are held to its end."""
LATER = timedelta(minutes=10)
"""Until what ended in a bug is looked at again."""
AT_ONCE = Spread(rate=1000)
_WAITING = (
    select(events.c.lead_id, events.c.type)
    .where(events.c.looked_at.is_(None), events.c.judge_at <= bindparam("now", type_=events.c.judge_at.type))
    .order_by(events.c.judge_at)
    .limit(EVENTS_AT_ONCE)
)
"""Made once: it is asked before everything else the relay does."""


def waiting_leads(conn: Connection, desk: Desk) -> list[str]:
    """Leads with events that may be looked at now."""
    return [lead_id for page in waiting_pages(conn, desk) for lead_id in page]


def waiting_pages(conn: Connection, desk: Desk) -> list[list[str]]:
    """The same, as they are looked at together. A reply may move the whole company: its lead goes alone."""
    rows = conn.execute(_WAITING, {"now": desk.clock.now(conn)}).all()
    alone = {row.lead_id for row in rows if row.type == REPLIED}
    others = [lead for lead in dict.fromkeys(row.lead_id for row in rows) if lead not in alone]
    pages = [others[start : start + TOGETHER] for start in range(0, len(others), TOGETHER)]
    return [*([lead] for lead in sorted(alone)), *pages]


def look(conn: Connection, desk: Desk, lead_id: str) -> int:
    """How many events were looked at."""
    return look_at(conn, desk, [lead_id])


def look_at(conn: Connection, desk: Desk, ids: Sequence[str]) -> int:
    """Each event is looked at once, under its lead's lock. What is asked of everybody is asked of all at
    once: most of what happens moves nothing but a score."""
    lock_leads(conn, ids)
    now = desk.clock.now(conn)
    rules = desk.library.rules(conn)
    rows = conn.execute(
        select(events)
        .where(events.c.lead_id.in_(ids), events.c.looked_at.is_(None), events.c.judge_at <= now)
        .order_by(events.c.occurred_at, events.c.id)
        .limit(EVENTS_AT_ONCE)
    ).all()
    verdicts, turned = judge(conn, rows)
    _mark(conn, rows, verdicts, now)
    human = _of_people(ids, rows, verdicts)
    for lead_id, of_it in human.items():
        _heard(conn, desk, rules, lead_id, of_it)
    tokens = {
        lead_id: {token for row in of_it for token in tokens_of(row.type, row.data or {})}
        for lead_id, of_it in human.items()
    }
    moved = book(conn, desk, rules, human, now)
    for lead_id in moved:
        tokens[lead_id] |= {"score", ACCOUNT}
    enter_stages(conn, desk, rules, tokens, now)
    for lead_id, changed in _turn(conn, desk, rules, turned, now).items():
        tokens.setdefault(lead_id, set()).update(changed)
    _wake(conn, desk, tokens)
    note_late(conn, desk, rules, human)
    doors = doors_now(conn, desk, rules)
    tell_colleagues_of_points(conn, doors, moved, human, now)
    for lead_id, of_it in human.items():
        open_doors(conn, desk, rules, doors, lead_id, of_it, tokens[lead_id], now)
    desk.reached("relay/looking")
    return len(rows)


def _of_people(
    ids: Sequence[str], rows: Sequence[Row[Any]], verdicts: Mapping[int, Verdict]
) -> dict[str, list[Row[Any]]]:
    """What people did, by lead; of a lead to whom only machines did something nothing."""
    found: dict[str, list[Row[Any]]] = {row.lead_id: [] for row in rows}
    for row in rows:
        if verdicts[row.id].judged == "human":
            found[row.lead_id].append(row)
    return {lead_id: found[lead_id] for lead_id in ids if lead_id in found}


def turn_over(conn: Connection, desk: Desk, turned: Mapping[int, Verdict]) -> None:
    """Events whose verdict is another now, with all that follows. The caller holds the leads' locks."""
    tokens = _turn(conn, desk, desk.library.rules(conn), turned, desk.clock.now(conn))
    if tokens:
        _wake(conn, desk, tokens)


def put_off(conn: Connection, desk: Desk, lead_id: str) -> None:
    """What the lead did is looked at later: now it ends in a bug."""
    now = desk.clock.now(conn)
    waiting = events.c.lead_id == lead_id, events.c.looked_at.is_(None), events.c.judge_at <= now
    conn.execute(update(events).where(*waiting).values(judge_at=now + LATER))


def _mark(conn: Connection, rows: Sequence[Row[Any]], verdicts: Mapping[int, Verdict], now: datetime) -> None:
    plain = [row.id for row in rows if verdicts[row.id] == HUMAN]
    if plain:
        seen = update(events).where(events.c.id.in_(plain))
        conn.execute(seen.values(verdict=str(HUMAN.judged), reasons=None, looked_at=now))
    for event_id, verdict in verdicts.items():
        if verdict != HUMAN:
            values = {"verdict": str(verdict.judged), "reasons": list(verdict.reasons) or None}
            conn.execute(update(events).where(events.c.id == event_id).values(**values, looked_at=now))


def _heard(conn: Connection, desk: Desk, rules: Rules, lead_id: str, rows: Sequence[Row[Any]]) -> None:
    """What a lead has written to us."""
    for row in rows:
        if row.type == WROTE:
            stopped_by(conn, desk.clock, desk.secrets[0], lead_id, row.data or {})
    if rules.dictionary.consent.given_by:
        note_consents(conn, rules.dictionary, lead_id, rows)
    for row in rows:
        if row.type == REPLIED:
            take_reply(conn, desk, rules, lead_id, row)
        elif row.type == BOOKED:
            accept_booked(conn, desk, lead_id, row)
    take_consents(conn, desk, lead_id, rows)
    take_told(conn, rules, lead_id, rows, desk.clock.now(conn))


def _turn(
    conn: Connection, desk: Desk, rules: Rules, turned: Mapping[int, Verdict], now: datetime
) -> Mapping[str, set[str]]:
    """What was taken for a person's turns out to be a machine's, or the other way round: verdicts and points.
    Returns what that may change, by lead."""
    if not turned:
        return {}
    for event_id, verdict in turned.items():
        values = {"verdict": str(verdict.judged), "reasons": list(verdict.reasons) or None}
        conn.execute(update(events).where(events.c.id == event_id).values(values))
    rows = conn.execute(select(events).where(events.c.id.in_(turned))).all()
    found: dict[str, set[str]] = {}
    for lead_id in sorted({row.lead_id for row in rows}):
        of_it = [row for row in rows if row.lead_id == lead_id]
        machines = [row.id for row in of_it if turned[row.id].judged != Judged.HUMAN]
        people = [row for row in of_it if row.id not in machines]
        moved = book(conn, desk, rules, {lead_id: people}, now)
        found[lead_id] = {f"event:{row.type}" for row in of_it}
        if take_back(conn, lead_id, machines, now) or moved:
            found[lead_id].add("score")
    return found


def _wake(conn: Connection, desk: Desk, tokens: Mapping[str, set[str]]) -> None:
    asked = sorted(set[str]().union(*tokens.values()))
    rows = conn.execute(
        select(waits).where(waits.c.lead_id.in_(tokens), waits.c.token.in_(asked), waits.c.state == "open")
    ).all()
    for lead_id, changed in tokens.items():
        of_lead = [row for row in rows if row.lead_id == lead_id and row.token in changed]
        for journey_id in sorted({row.journey_id for row in of_lead}):
            _hear(conn, desk, journey_id, [row for row in of_lead if row.journey_id == journey_id])
        if EVERYBODY in changed:
            _wake_all(conn, lead_id)


def _hear(conn: Connection, desk: Desk, journey_id: str, rows: Sequence[Row[Any]]) -> None:
    journey = conn.execute(select(journeys).where(journeys.c.id == journey_id)).one()
    if measures := [row for row in rows if row.kind == MEASURE]:
        _measure(conn, desk, journey, measures)
    if journey.state == "open" and len(measures) < len(rows):
        _wake_one(conn, desk, journey, [row for row in rows if row.kind != MEASURE])


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
