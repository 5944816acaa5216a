"""Events that happened before a deadline and were read after it: noted, so that nobody wonders why they did
not count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.domain.effects import Line
from nurture.services.desk import Desk
from nurture.services.library import Rules
from nurture.services.timeline import write
from nurture.store.tables import journeys, timeline

TIME_UP = "time_up"


def note_late(conn: Connection, desk: Desk, rules: Rules, happened: Mapping[str, Sequence[Row[Any]]]) -> None:
    """One line for each wait whose time was up when an event that it asked for had happened but was not
    read. ``happened``: by lead."""
    earliest = {lead_id: min(row.occurred_at for row in rows) for lead_id, rows in happened.items() if rows}
    if not earliest:
        return
    given_up = select(timeline).where(
        timeline.c.lead_id.in_(earliest),
        timeline.c.kind == TIME_UP,
        timeline.c.at >= min(earliest.values()),
    )
    for line in conn.execute(given_up).all():
        if line.at >= earliest[line.lead_id]:
            _note(conn, desk, rules, line, happened[line.lead_id])


def _note(conn: Connection, desk: Desk, rules: Rules, line: Row[Any], rows: Sequence[Row[Any]]) -> None:
    journey = conn.execute(select(journeys).where(journeys.c.id == line.journey_id)).one()
    published = desk.library.readable(conn, journey.version)
    step = published.campaign.steps.get(line.step) if published else None
    until = getattr(step, "until", None)
    asked = rules.conditions.reads(until) if until else frozenset()
    for row in rows:
        if row.occurred_at <= line.at and f"event:{row.type}" in asked:
            reason = f"{row.type} happened before the time was up, and was read after it"
            detail = {"event": row.id, "happened": row.occurred_at}
            late = Line("late", line.step, reason, detail)
            write(conn, journey, journey.turn, desk.clock.now(conn), [late])
