"""The first act of a person: it stops the clock of a task, and tells whether it was in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, update

from nurture.domain.sla import verdict
from nurture.store.tables import handoffs

NOBODY_ACTED = handoffs.c.sla.is_(None) & handoffs.c.touched_at.is_(None) & (handoffs.c.clock > 0)
LATE = case((NOBODY_ACTED, "missed"), else_=handoffs.c.sla)


def touch(conn: Connection, task: Row[Any], by: str, now: datetime) -> bool:
    """Whether it was the first. A task without an owner has no clock yet: whoever acts on it is in time."""
    due = task.due if task.clock else now
    first = update(handoffs).where(handoffs.c.id == task.id, handoffs.c.touched_at.is_(None))
    values = {"touched_at": now, "touched_by": by, "sla": verdict(due, now, task.sla)}
    return conn.execute(first.values(values)).rowcount > 0


def left_alone(closed: datetime) -> Any:
    """The verdict on a task that is closed without anybody having acted: missed, if its time was over;
    in the queue no time runs."""
    return case((handoffs.c.due <= closed, LATE), else_=handoffs.c.sla)
