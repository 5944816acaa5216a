"""Leads that nobody could take: they go to whoever can by now, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from random import randint
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select, text

from nurture.services.answer import write_line
from nurture.services.changes import lock_lead
from nurture.services.desk import Desk
from nurture.services.owners import hand, told
from nurture.services.routing import anybody_free, explain, give
from nurture.store.tables import handoffs, users
from nurture.store.tables_sales import QUEUED as WORDS

BEST = 20
"""Looked at of each team in a round, by score."""
OTHERS = 20
"""Looked at beside them, drawn: so none waits for ever behind better ones whom nobody can take."""
# Written out: SQLite takes an index of some rows only where the words are the same.
QUEUED = (text(WORDS),)
FIRST = (handoffs.c.rank.desc(), handoffs.c.created_at, handoffs.c.id)


def takeable(conn: Connection, desk: Desk) -> Sequence[str]:
    """Tasks for which somebody has room, the best first. Only reads: nobody waits for it."""
    if conn.scalar(select(handoffs.c.id).where(*QUEUED).limit(1)) is None:
        return []
    rules = desk.library.rules(conn)
    if not anybody_free(conn, desk, rules):
        return []
    found = [
        row
        for team in rules.sales.teams
        for row in conn.execute(columns().where(handoffs.c.team == team).order_by(*FIRST).limit(BEST))
    ]
    known = {row.id for row in found}
    others = columns().where(handoffs.c.id >= _anywhere(conn)).order_by(handoffs.c.id)
    drawn = conn.execute(others.limit(OTHERS))
    return [
        row.id
        for row in (*found, *(row for row in drawn if row.id not in known))
        if explain(conn, desk, rules, row.lead_id, row.team).user
    ]


def columns() -> Select[Any]:
    return select(handoffs.c.id, handoffs.c.lead_id, handoffs.c.team).where(*QUEUED)


def _anywhere(conn: Connection) -> str:
    """A place between the first and the last of those who wait: ids grow with time. Drawing among all of a
    long queue would read all of it."""
    ends = handoffs.c.id, handoffs.c.id.desc()
    found = [conn.scalar(select(handoffs.c.id).where(*QUEUED).order_by(end).limit(1)) for end in ends]
    first, last = (UUID(one).int if one else 0 for one in found)
    return str(UUID(int=randint(first, max(first, last))))


def assign(conn: Connection, desk: Desk, task_id: str) -> bool:
    """Gives it to somebody, if still nobody has it and somebody has room."""
    task = _queued(conn, task_id)
    if task is None:
        return False
    lock_lead(conn, task.lead_id)  # before the people, as a decision of the journey does
    task = _queued(conn, task_id)
    return task is not None and _given(conn, desk, task)


def _given(conn: Connection, desk: Desk, task: Row[Any]) -> bool:
    rules, now = desk.library.rules(conn), desk.clock.now(conn)
    found = give(conn, desk, rules, task.lead_id, task.team)
    if found.user is None:
        return False
    user = conn.execute(select(users).where(users.c.id == found.user)).one()
    if hand(conn, rules, task, user, task.version, now):
        said = {"to": user.id, "handoff": task.id, "routed": found.to_json()}
        write_line(conn, task, "assigned", f"now {user.name}'s: {found.looks[-1].said}"[:500], said, now)
        told(conn, desk, task, user, "")
    return True


def _queued(conn: Connection, task_id: str) -> Row[Any] | None:
    return conn.execute(select(handoffs).where(handoffs.c.id == task_id, *QUEUED)).one_or_none()
