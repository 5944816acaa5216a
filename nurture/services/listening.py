"""Keeping the ``waits`` rows of a journey equal to what it listens for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from nurture.domain.conditions import Asks
from nurture.domain.walk import Listen
from nurture.store.columns import new_id
from nurture.store.tables import waits

UNHEARD = "time"
"""What only time can change is looked at by the clock, not by events."""

INSERT = insert(waits)
MEASURE = "measure"
"""The kind of the waits that only count, and outlive their journey."""
WAITS_OF = select(waits).where(waits.c.journey_id == bindparam("journey"), waits.c.kind != MEASURE)
NO_MORE = delete(waits).where(waits.c.journey_id == bindparam("journey"), waits.c.kind != MEASURE)


Wanted = Mapping[tuple[str, str, str], Listen]
"""(kind, name, token) -> what is listened for."""


def wanted(asks: Asks, listens: Iterable[Listen]) -> Wanted:
    return {
        (entry.kind, entry.name, token): entry
        for entry in listens
        for token in asks.reads(entry.condition)
        if token != UNHEARD
    }


def digest(wants: Wanted) -> str:
    """The same for the same rows: a journey whose own digest is this one has them already."""
    text = repr(sorted((key, entry.condition.lines, entry.condition.every) for key, entry in wants.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def listen(conn: Connection, journey: Row[Any], wants: Wanted, now: datetime) -> None:
    found = {(row.kind, row.name, row.token): row for row in conn.execute(WAITS_OF, {"journey": journey.id})}
    stale = [row.id for key, row in found.items() if key not in wants]
    woken = [row.id for key, row in found.items() if key in wants and row.state != "open"]
    if stale:
        conn.execute(delete(waits).where(waits.c.id.in_(stale)))
    if woken:
        conn.execute(update(waits).where(waits.c.id.in_(woken)).values(state="open"))
    begin_listening(conn, journey, {key: wants[key] for key in wants if key not in found}, now)


def begin_listening(conn: Connection, journey: Row[Any], wants: Wanted, now: datetime) -> None:
    """None of them is there yet."""
    if rows := waits_of(journey.id, left(journey), wants, now):
        conn.execute(INSERT, rows)


def left(journey: Row[Any]) -> str:
    """Its lead, or the one that was merged with: read with the journey where it was read to be decided."""
    merged: str | None = getattr(journey, "of_lead_merged_into", None)
    return merged or str(journey.lead_id)


def waits_of(journey: str, lead: str, wants: Wanted, now: datetime) -> list[dict[str, Any]]:
    """The rows."""
    return [
        {
            "id": new_id(),
            "journey_id": journey,
            "lead_id": lead,
            "token": token,
            "kind": kind,
            "name": name,
            "condition": {"lines": list(entry.condition.lines), "every": entry.condition.every},
            "since": now,
        }
        for (kind, name, token), entry in wants.items()
    ]


def stop_listening(conn: Connection, journey_id: str) -> None:
    conn.execute(NO_MORE, {"journey": journey_id})
