"""How many rows of what stand where, from indexes alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select

from nurture.store.tables import events, handoffs, journeys, outbox, sends


@dataclass(frozen=True)
class Standing:
    sends: Mapping[str, int]
    journeys: Mapping[str, int]
    handoffs: Mapping[str, int]
    """Open ones, by team."""
    outbox: Mapping[str, int]
    """Open ones, by kind."""
    events_open: int


def standing(conn: Connection) -> Standing:
    unseen = select(func.count()).select_from(events).where(events.c.looked_at.is_(None))
    return Standing(
        sends=_by(conn, sends, "state"),
        journeys=_by(conn, journeys, "state"),
        handoffs=_by(conn, handoffs, "team", handoffs.c.state == "open"),
        outbox=_by(conn, outbox, "kind", outbox.c.state == "open"),
        events_open=conn.execute(unseen).scalar_one(),
    )


def _by(conn: Connection, table: Table, name: str, *where: Any) -> dict[str, int]:
    column = table.c[name]
    rows = conn.execute(select(column, func.count()).where(*where).group_by(column))
    return {str(label): int(number) for label, number in rows}
