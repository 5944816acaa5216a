"""Points, levels and segments of what is brought from the past: kept as they are now, and told to nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from nurture.domain.scoring import level, total
from nurture.domain.stages import LEVELS
from nurture.services.changes import lock_leads
from nurture.services.desk import Desk
from nurture.services.doors import doors_now
from nurture.services.facts import Lead, entries_of, lead_fields, people
from nurture.services.library import Rules
from nurture.services.scans.segments import place
from nurture.services.scoring import keep_levels, points_of
from nurture.store.bulk import insert_many
from nurture.store.tables import events, points, score_levels, segment_members


def settle(conn: Connection, desk: Desk, source: str, keys: Sequence[str], now: datetime) -> None:
    """``keys``: of the events that were new."""
    if not keys:
        return
    rows = conn.execute(select(events).where(events.c.source == source, events.c.key.in_(keys))).all()
    ids = sorted({row.lead_id for row in rows})
    lock_leads(conn, ids)
    rules = desk.library.rules(conn)
    booked = [entry for row in rows for entry in points_of([row], row.lead_id, rules)]
    if booked:
        insert_many(conn, points, booked)
    found = people(conn, ids)
    if booked:
        _levels(conn, rules, found, sorted({entry["lead_id"] for entry in booked}), now)
    if watched := doors_now(conn, desk, rules).watched:
        _segments(conn, rules, found, watched, now)


def _levels(
    conn: Connection, rules: Rules, found: dict[str, Lead], ids: Sequence[str], now: datetime
) -> None:
    if not rules.scoring.levels:
        return
    dated = entries_of(conn, ids)
    query = select(score_levels).where(score_levels.c.lead_id.in_(ids))
    levels = {row.lead_id: row.level for row in conn.execute(query)}
    warmth: list[dict[str, Any]] = []
    for lead_id in ids:
        fields = lead_fields(found[lead_id], rules.dictionary)
        score = total(dated[lead_id], rules.scoring, now, fields).total
        before = levels.get(lead_id, LEVELS[-1])
        if (after := level(score, rules.scoring, before)) != before:
            warmth.append({"of_lead": lead_id, "level": after, "score": score})
    keep_levels(conn, warmth, levels, now)


def _segments(
    conn: Connection, rules: Rules, found: dict[str, Lead], watched: Sequence[str], now: datetime
) -> None:
    query = select(segment_members.c.lead_id, segment_members.c.segment)
    inside = {
        (row.lead_id, row.segment) for row in conn.execute(query.where(segment_members.c.lead_id.in_(found)))
    }
    for lead_id, lead in found.items():
        for segment in watched:
            place(conn, rules, lead, segment, (lead_id, segment) in inside, now, silent=True)
