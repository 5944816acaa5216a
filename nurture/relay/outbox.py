"""Rows of the outbox that are for Temporal: fetched in order, told, and closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, or_, select, update

from nurture.contract import Turn, Wake, workflow_id
from nurture.services.desk import Desk
from nurture.services.turns import as_turn, find
from nurture.store.columns import db_now
from nurture.store.tables import journeys, outbox

KINDS = ("start", "wake")
AT_ONCE = 200
_OPEN = (
    select(outbox)
    .where(outbox.c.state == "open", outbox.c.kind.in_(KINDS))
    .where(or_(outbox.c.not_before.is_(None), outbox.c.not_before <= db_now()))
    .order_by(outbox.c.id)
    .limit(bindparam("at_most", type_=Integer))
)
"""Made once: it is asked in every round."""


@dataclass(frozen=True)
class Call:
    """One start or signal-with-start, which answers all open rows of a journey."""

    rows: tuple[int, ...]
    workflow: str
    turn: Turn
    wake: Wake | None
    """None: the journey is new, and begins with what is decided."""


def fetch(conn: Connection, desk: Desk, limit: int = AT_ONCE) -> list[Call]:
    """The next calls. Rows of journeys that are over are left out, and closed by ``close``."""
    rows = conn.execute(_OPEN, {"at_most": limit}).all()
    by_journey: dict[str, list[Any]] = {}
    for row in rows:
        by_journey.setdefault(row.payload["journey"], []).append(row)
    return [_call(conn, desk, journey, found) for journey, found in by_journey.items()]


def close(conn: Connection, done: Sequence[Call], now: datetime) -> None:
    ids = [row for call in done for row in call.rows]
    if not ids:
        return
    conn.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state="done", done_at=db_now()))
    started = [call.turn.journey for call in done]
    fresh = journeys.c.id.in_(started), journeys.c.started_at.is_(None)
    conn.execute(update(journeys).where(*fresh).values(started_at=now))


def postpone(conn: Connection, failed: Sequence[Call], error: str) -> None:
    """Temporal did not take them: again in a while."""
    for call in failed:
        rows = outbox.c.id.in_(call.rows)
        conn.execute(
            update(outbox)
            .where(rows)
            .values(attempts=outbox.c.attempts + 1, not_before=db_now(5), error=error[:200])
        )


def _call(conn: Connection, desk: Desk, journey_id: str, rows: Sequence[Any]) -> Call:
    journey = find(conn, journey_id)
    assert journey is not None, "an outbox row is written with its journey"
    due = any(row.payload.get("due") for row in rows)
    asked = due or any(row.kind == "wake" for row in rows)
    return Call(
        rows=tuple(row.id for row in rows),
        workflow=workflow_id(journey.campaign, journey.lead_id, journey.entry),
        turn=as_turn(conn, desk, journey),
        wake=None if journey.started_at is None and not asked else Wake(journey.turn, due),
    )
