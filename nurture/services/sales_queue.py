"""Leads that nobody could take: they go to whoever can by now, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from nurture.services.answer import write_line
from nurture.services.changes import lock_lead
from nurture.services.desk import Desk
from nurture.services.handoffs import HANDOFF
from nurture.services.owners import hand, told
from nurture.services.routing import anybody_free, explain, give
from nurture.store.tables import handoffs, users

BEST = 20
"""Looked at of each team in a round, by score."""
OTHERS = 20
"""Looked at beside them, drawn: so none waits for ever behind better ones whom nobody can take."""
QUEUED = (
    handoffs.c.state == "open",
    handoffs.c.kind == HANDOFF,
    handoffs.c.joined_to.is_(None),
    handoffs.c.owner.is_(None),
)
FIRST = (handoffs.c.context["score"].as_float().desc().nulls_last(), handoffs.c.created_at, handoffs.c.id)


def takeable(conn: Connection, desk: Desk) -> Sequence[str]:
    """Tasks for which somebody has room, the best first. Only reads: nobody waits for it."""
    teams = conn.scalars(select(handoffs.c.team).where(*QUEUED).distinct()).all()
    rules = desk.library.rules(conn)
    if not teams or not anybody_free(conn, desk, rules):
        return []
    columns = select(handoffs.c.id, handoffs.c.lead_id, handoffs.c.team).where(*QUEUED)
    found = [
        row
        for team in teams
        for row in conn.execute(columns.where(handoffs.c.team == team).order_by(*FIRST).limit(BEST))
    ]
    known = {row.id for row in found}
    drawn = conn.execute(columns.order_by(func.random()).limit(OTHERS)).all()
    return [
        row.id
        for row in (*found, *(row for row in drawn if row.id not in known))
        if explain(conn, desk, rules, row.lead_id, row.team).user
    ]


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
