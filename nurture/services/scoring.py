"""The ledger of points: booked when an event is looked at, taken back when it turns out to be a machine's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from nurture.domain.scoring import crossed, level, points_for, total
from nurture.domain.stages import LEVELS, PATH, at_least
from nurture.domain.waking import MOVING
from nurture.services.changes import announce, set_stage
from nurture.services.desk import Desk
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.services.library import Rules
from nurture.store.columns import new_id
from nurture.store.tables import points, score_levels
from nurture.store.upserts import insert_unless_there

CROSSED = "score.crossed"


def book(
    conn: Connection, desk: Desk, rules: Rules, lead_id: str, rows: Sequence[Row[Any]], now: datetime
) -> bool:
    """The points of what people did, each once; then stage and level. Whether the score may be another."""
    booked = [entry for row in rows for entry in entries_for(row, lead_id, rules)]
    if not booked and not any(row.type in MOVING for row in rows):
        return False
    for entry in booked:
        conn.execute(insert_unless_there(conn, points, entry))
    reckon(conn, desk, rules, lead_id, now)
    return True


def entries_for(row: Row[Any], lead_id: str, rules: Rules) -> list[dict[str, Any]]:
    """Rows of ``points`` for an event that is a person's."""
    found = points_for(row.type, row.data or {}, rules.scoring, rules.dictionary.happenings)
    return [
        {
            "id": new_id(),
            "lead_id": lead_id,
            "event_id": row.id,
            "rule": rule,
            "points": given,
            "at": row.occurred_at,
            "policy": rules.hashes.get("scoring", ""),
            "key": f"event/{row.id}/{rule}",
        }
        for rule, given in found
    ]


def take_back(conn: Connection, lead_id: str, event_ids: Collection[int], at: datetime) -> bool:
    """As if the events had never been. Says so; what the lead has reached by them stays reached."""
    if not event_ids:
        return False
    of_them = points.c.event_id.in_(event_ids)
    lost = conn.execute(select(points.c.points).where(of_them)).scalars().all()
    if not lost:
        return False
    conn.execute(delete(points).where(of_them))
    key = f"back/{min(event_ids)}-{max(event_ids)}/{at.isoformat()}"
    announce(conn, lead_id, "score.changed", {"points": -sum(lost), "because": "machine"}, key, at)
    return True


def reckon(conn: Connection, desk: Desk, rules: Rules, lead_id: str, now: datetime) -> None:
    """Lets the lead reach the stage and the level that her score has come to."""
    lead = lead_row(conn, lead_id)
    fields = lead_fields(lead, rules.dictionary)
    score = total(entries(conn, lead_id), rules.scoring, now, fields).total
    if rules.scoring.levels:
        _level(conn, rules, lead_id, score, now)
    stage = crossed(0, score, rules.scoring)
    if stage is None or lead.stage not in PATH or at_least(lead.stage, stage):
        return
    set_stage(conn, desk, lead_id, stage, f"score/{lead_id}/{stage}/{now.isoformat()}", now)


def _level(conn: Connection, rules: Rules, lead_id: str, score: int, now: datetime) -> None:
    """Announced when it changes, and not when the score goes up and down around a threshold."""
    this = score_levels.c.lead_id == lead_id
    row = conn.execute(select(score_levels.c.level).where(this)).one_or_none()
    before = row.level if row else LEVELS[-1]
    after = level(score, rules.scoring, before)
    if after == before:
        return
    values = {"level": after, "score": score, "since": now}
    if row:
        conn.execute(update(score_levels).where(this).values(values))
    else:
        conn.execute(insert(score_levels).values(lead_id=lead_id, **values))
    data = {"level": after, "from": before, "score": score}
    announce(conn, lead_id, CROSSED, data, f"level/{lead_id}/{new_id()}", now)
