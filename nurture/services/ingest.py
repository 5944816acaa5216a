"""Events in: stored raw, committed, and nothing more. The relay looks at them afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, func, select

from nurture.clock import Clock
from nurture.domain.records import about
from nurture.services.changes import announce
from nurture.services.event_leads import LeadRef, Whom, whom
from nurture.services.records import RecordRef, keep
from nurture.services.replies import REPLIED, replied_to
from nurture.store.bulk import insert_those_missing
from nurture.store.tables import events
from nurture.store.upserts import insert_unless_there

Status = Literal["accepted", "duplicate", "refused"]

HOLD = timedelta(seconds=90)
"""How long a click or an open waits for the evidence that a machine made it."""
HELD = frozenset({"email.clicked", "email.opened"})
OLDEST = timedelta(days=7)
"""How far back, from when it came in, the time that an event gives for itself is believed."""
NEWEST = timedelta(minutes=5)
"""The same ahead: other machines' clocks."""

LAST = select(func.max(events.c.id))
SINCE = select(events.c.source, events.c.key).where(events.c.id > bindparam("last"))


@dataclass(frozen=True, slots=True)
class NewEvent:
    """``key`` is unique within ``source``: the same pair again is the same event."""

    source: str
    key: str
    type: str
    lead: LeadRef
    occurred_at: datetime | None = None
    """None: when it came in."""
    data: Mapping[str, Any] = field(default_factory=dict)
    send_id: str | None = None
    """The mail it is about; of a reply it is found by what the reply says."""
    record: RecordRef | None = None
    """The deal, order or other record of the lead that it is about."""


@dataclass(frozen=True, slots=True)
class Accepted:
    key: str
    status: Status
    reason: str = ""


def ingest(
    conn: Connection,
    clock: Clock,
    batch: Sequence[NewEvent],
    *,
    create: bool = True,
    secrets: Sequence[str] = (),
) -> list[Accepted]:
    """One result per event, in order; one that is refused leaves the others alone.

    ``create``: an address that is not known becomes a lead. ``secrets``: by which the addresses of people who
    were erased are known; without them nobody is."""
    now = clock.now(conn)
    of = whom(conn, clock, [event.lead for event in batch], create=create, secrets=secrets)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for event in batch:
        if lead := of.known.get(event.lead):
            rows.setdefault((event.source, event.key), _row(conn, event, lead, now))
    inserted = set(_insert(conn, list(rows.values())))
    for event in batch:
        if event.record and (event.source, event.key) in inserted:
            _keep(conn, event, of.known[event.lead], now)
    return [_result(event, of, inserted) for event in batch]


def received(now: datetime, occurred: datetime | None) -> tuple[datetime, dict[str, str]]:
    """When it counts as having happened, and what to note when its own time is not believed."""
    if occurred is None:
        return now, {}
    if now - OLDEST <= occurred <= now + NEWEST:
        return occurred, {}
    return now, {"occurred_at": occurred.isoformat()}


def _row(conn: Connection, event: NewEvent, lead: str, now: datetime) -> dict[str, Any]:
    send = event.send_id or (replied_to(conn, lead, event.data) if event.type == REPLIED else None)
    occurred, note = received(now, event.occurred_at)
    return {
        "source": event.source,
        "key": event.key,
        "type": event.type,
        "lead_id": lead,
        "send_id": send,
        "occurred_at": occurred,
        "received_at": now,
        "data": {**event.data, **note, **_about(event.record)},
        "judge_at": now + HOLD if event.type in HELD else now,
    }


def _about(record: RecordRef | None) -> dict[str, Any]:
    return about(record.kind, record.id) if record else {}


def _keep(conn: Connection, event: NewEvent, lead: str, now: datetime) -> None:
    """What the event says of its record; what is new is an event of its own."""
    assert event.record is not None
    kind = f"{event.record.kind}.changed"
    if changed := keep(conn, lead, event.record, now):
        data = {"fields": list(changed), **_about(event.record)}
        digest = hashlib.sha256(f"{event.source}/{event.key}".encode()).hexdigest()[:32]
        announce(conn, lead, kind, data, f"{kind}/{digest}", now)


def _insert(conn: Connection, rows: list[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    """(source, key) of those that were new."""
    if not rows:
        return ()
    if conn.dialect.name == "sqlite":
        return _insert_alone(conn, rows)
    # A list of parameters, not of values: the statement is compiled once and kept.
    statement = insert_unless_there(conn, events).returning(events.c.source, events.c.key)
    return [(new.source, new.key) for new in conn.execute(statement, rows)]


def _insert_alone(conn: Connection, rows: list[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    """On SQLite nobody else writes meanwhile: what has an id above the last is ours."""
    last = conn.scalar(LAST) or 0
    if insert_those_missing(conn, events, rows) == len(rows):
        return ((row["source"], row["key"]) for row in rows)
    return [(new.source, new.key) for new in conn.execute(SINCE, {"last": last})]


def _result(event: NewEvent, about: Whom, inserted: set[tuple[str, str]]) -> Accepted:
    """Takes the key out of ``inserted``: the same key again in one batch is a duplicate."""
    if event.lead not in about.known:
        return Accepted(event.key, "refused", about.refused[event.lead])
    key = (event.source, event.key)
    if key not in inserted:
        return Accepted(event.key, "duplicate")
    inserted.remove(key)
    return Accepted(event.key, "accepted")
