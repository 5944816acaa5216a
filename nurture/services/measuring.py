"""Counting what a campaign measures, also after a journey has ended, as long as its time lasts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert

from nurture.domain.conditions import Asks
from nurture.domain.effects import Line
from nurture.domain.facts import Facts
from nurture.services.library import Published, Rules
from nurture.services.listening import MEASURE, UNHEARD
from nurture.services.timeline import write
from nurture.store.columns import new_id
from nurture.store.tables import measured, waits
from nurture.store.upserts import insert_unless_there


def watch(conn: Connection, asks: Asks, published: Published, journey: Row[Any], now: datetime) -> None:
    """What is to be counted for a new journey."""
    rows = [
        {
            "id": new_id(),
            "journey_id": journey.id,
            "lead_id": journey.lead_id,
            "token": token,
            "kind": MEASURE,
            "name": measure.name,
            "condition": {"lines": list(measure.when.lines), "every": measure.when.every},
            "since": now,
        }
        for measure in published.campaign.measures
        for token in sorted(asks.reads(measure.when))
        if token != UNHEARD
    ]
    if rows:
        conn.execute(insert(waits), rows)


def count(
    conn: Connection,
    rules: Rules,
    published: Published,
    journey: Row[Any],
    facts: Facts,
    names: Sequence[str],
) -> None:
    """Looks at the measures whose events have come: counts those that hold, forgets those whose time is
    over."""
    measures = {measure.name: measure for measure in published.campaign.measures}
    for name in names:
        measure = measures.get(name)
        if measure is None or (
            measure.within and measure.within.after(journey.entered_at, facts.zone) < facts.now
        ):
            _forget(conn, journey, name)
        elif rules.conditions.ask(measure.when, facts).holds:
            _forget(conn, journey, name)
            _book(conn, journey, name, facts.now)


def _book(conn: Connection, journey: Row[Any], name: str, now: datetime) -> None:
    row = {"id": new_id(), "campaign": journey.campaign, "name": name, "journey_id": journey.id, "at": now}
    if conn.execute(insert_unless_there(conn, measured, row)).rowcount:
        write(conn, journey, journey.turn, now, [Line("measured", journey.step, name)])


def _forget(conn: Connection, journey: Row[Any], name: str) -> None:
    ours = waits.c.journey_id == journey.id, waits.c.kind == MEASURE, waits.c.name == name
    conn.execute(delete(waits).where(*ours))
