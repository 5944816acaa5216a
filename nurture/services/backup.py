"""Keeping: the time of a backup stands in its own rows, so that a restore knows how long the gap is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from nurture.clock import Clock
from nurture.store.tables import installation, journeys

AT = "backed_up_at"


def mark(conn: Connection, clock: Clock) -> datetime:
    """Before the copy is taken: a gap that is a moment too long hurts nobody."""
    now = clock.now(conn)
    settings = conn.execute(select(installation.c.settings)).scalar_one()
    conn.execute(update(installation).values(settings={**settings, AT: now.isoformat()}))
    return now


def last(conn: Connection) -> datetime | None:
    """When the latest backup was made, as far as this database knows."""
    settings = conn.execute(select(installation.c.settings)).scalar_one_or_none() or {}
    return datetime.fromisoformat(settings[AT]) if AT in settings else None


def made_at(conn: Connection, clock: Clock) -> datetime:
    """Until when this copy knows everything: its mark, or its newest row, for copies made in other ways."""
    newest = conn.scalar(select(func.max(journeys.c.changed_at, type_=journeys.c.changed_at.type)))
    known = [at for at in (last(conn), newest) if at]
    return max(known, default=clock.now(conn))
