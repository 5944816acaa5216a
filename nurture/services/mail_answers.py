"""Answers from the notification mail: a signed link, good for its owner, for one task, for a week."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.services.answer import task_shown
from nurture.services.desk import Desk
from nurture.store.tables import handoffs, users


def task_of_link(conn: Connection, desk: Desk, found: tuple[str, str, int] | None) -> Row[Any] | None:
    """None: the link is too old, or the task is somebody else's by now. ``found``: what the link says."""
    if found is None or desk.clock.now(conn).timestamp() > found[2]:
        return None
    known = select(handoffs.c.id).join(users, users.c.id == handoffs.c.owner)
    whose = handoffs.c.id == found[0], users.c.id == found[1], users.c.active.is_(True)
    if conn.execute(known.where(*whose)).first() is None:
        return None
    return task_shown(conn, found[0])
