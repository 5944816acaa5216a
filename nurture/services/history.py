"""What is known of many leads at once: their events, as far back as they can count, and their points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.store.queries.latest import MOST_LOOKED_AT
from nurture.store.tables import events, leads, points

MOST_EVENTS = MOST_LOOKED_AT
"""Of one lead that are gone through again, the latest: a flood must not make a page slow."""
EVENT = (events.c.id, events.c.lead_id, events.c.type, events.c.data, events.c.occurred_at)
POINT: tuple[Any, ...] = tuple(
    points.c[name] for name in ("key", "lead_id", "event_id", "rule", "points", "at")
)


def sorted_out(conn: Connection, ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Leads who have no more events than that, and those who have."""
    beyond = (
        select(events.c.id)
        .where(events.c.lead_id == leads.c.id)
        .order_by(events.c.occurred_at.desc())
        .offset(MOST_EVENTS)
        .limit(1)
        .scalar_subquery()
    )
    rows = conn.execute(select(leads.c.id, beyond.label("beyond")).where(leads.c.id.in_(ids))).all()
    light = [row.id for row in rows if row.beyond is None]
    return light, [row.id for row in rows if row.beyond is not None]


def happened(conn: Connection, ids: Sequence[str], types: Sequence[str]) -> Iterator[Row[Any]]:
    """What people did of these types, as far back as it can count."""
    light, heavy = sorted_out(conn, ids)
    yield from happened_lately(conn, light, heavy, types)


def happened_lately(
    conn: Connection, light: Sequence[str], heavy: Sequence[str], types: Sequence[str]
) -> Iterator[Row[Any]]:
    """The same of leads that are ``sorted_out``."""
    if light:
        yield from conn.execute(_counting(select(*EVENT).where(events.c.lead_id.in_(light)), types))
    for lead_id in heavy:
        latest = _latest(lead_id).subquery()
        yield from conn.execute(_counting(select(*EVENT).where(events.c.id.in_(select(latest.c.id))), types))


def since(conn: Connection, lead_id: str) -> Any:
    """When the oldest event happened that is gone through again; None: of all."""
    oldest = _latest(lead_id).with_only_columns(events.c.occurred_at).offset(MOST_EVENTS - 1).limit(1)
    return conn.scalar(oldest)


def booked(conn: Connection, ids: Sequence[str], most: int | None = None) -> Sequence[Row[Any]]:
    """Points of these leads; at most so many, the latest."""
    if not ids:
        return ()
    query = select(*POINT).where(points.c.lead_id.in_(ids))
    return conn.execute(query.order_by(points.c.at.desc()).limit(most) if most else query).all()


def _latest(lead_id: str) -> Any:
    query = select(events.c.id).where(events.c.lead_id == lead_id)
    return query.order_by(events.c.occurred_at.desc(), events.c.id.desc()).limit(MOST_EVENTS)


def _counting(query: Any, types: Sequence[str]) -> Any:
    return query.where(events.c.type.in_(types), events.c.verdict == "human", events.c.looked_at.is_not(None))
