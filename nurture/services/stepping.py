"""A stepped clock's time: what comes next, whether all that was due is done, and going on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from nurture.clock import step
from nurture.services.desk import Desk
from nurture.services.notices import INTERNAL
from nurture.services.overdue import wake_overdue
from nurture.store.tables import events, journeys, outbox, sends

AWAKE = (journeys.c.state == "open", journeys.c.attention.is_(None), journeys.c.paused_at.is_(None))


def next_instant(conn: Connection) -> datetime | None:
    """The earliest time at which anything of ours happens by itself."""
    due = select(func.min(journeys.c.due)).where(
        *AWAKE, or_(journeys.c.hold.is_(None), journeys.c.hold != "paused")
    )
    judged = select(func.min(events.c.judge_at)).where(events.c.looked_at.is_(None))
    found = [conn.execute(query).scalar_one() for query in (due, judged)]
    return min((at for at in found if at is not None), default=None)


def is_quiet(conn: Connection, desk: Desk) -> bool:
    """Nothing that was due by now is still to be done."""
    now = desk.clock.now(conn)
    waiting = [
        select(outbox.c.id).where(outbox.c.state == "open"),
        select(events.c.id).where(events.c.looked_at.is_(None), events.c.judge_at <= now),
        select(journeys.c.id).where(*AWAKE, journeys.c.woken.is_(True)),
        select(journeys.c.id).where(
            *AWAKE, journeys.c.due <= now, or_(journeys.c.hold.is_(None), journeys.c.hold != "paused")
        ),
        select(sends.c.id).where(
            sends.c.kind == INTERNAL, sends.c.state.in_(("retry", "claimed", "inflight"))
        ),
    ]
    return not any(conn.execute(query.limit(1)).first() for query in waiting)


def step_to(conn: Connection, desk: Desk, to: datetime) -> int:
    """Sets the clock on, and wakes what is due then; how many."""
    step(conn, to)
    return wake_overdue(conn, desk, timedelta())
