"""A lead whom one team has qualified goes on to the next: a task of its own, with an owner and a clock.

No journey waits for it, because the one that handed the lead over has gone on by the answer: the relay sees
to its deadlines, and to those of tasks to answer somebody who wrote back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from nurture.domain.position import Mark, marks_of, marks_to_json
from nurture.domain.sla import ESCALATE, TIME_UP, WARNINGS
from nurture.services.changes import lock_lead
from nurture.services.crm import queue as tell_crm
from nurture.services.desk import Desk
from nurture.services.escalating import climb
from nurture.services.giving_back import keep_in_peace
from nurture.services.handoffs import HANDOFF, announce_task, clock_of, close_open, remind_owner
from nurture.services.library import Rules
from nurture.services.routing import give
from nurture.store.columns import new_id
from nurture.store.tables import handoffs

AT_ONCE = 100
REPLY = "reply"
WAITING = (handoffs.c.state == "open", handoffs.c.next_at.is_not(None))


def hand_on(conn: Connection, desk: Desk, rules: Rules, task: Row[Any], by: str, now: datetime) -> str | None:
    """The next task; None: the policy names no team, or the lead has an open one. ``task``: as it was before
    the answer."""
    team = rules.sales.teams.get(task.team)
    name = team.hand_on if team else None
    if name is None or name not in rules.sales.teams or _open(conn, task):
        return None
    given = give(conn, desk, rules, task.lead_id, name, only=name)
    found = clock_of(rules, rules.sales.teams[name], given.member.email if given.member else None, now)
    row = {
        "id": new_id(),
        "key": f"{task.key}/{task.version + 1}/on",
        "lead_id": task.lead_id,
        "journey_id": task.journey_id,
        "step": f"{task.step}+{name}",
        "visit": task.visit,
        "kind": HANDOFF,
        "team": name,
        "owner": given.user,
        "state": "open",
        "context": {**(task.context or {}), "routed": given.to_json(), "handed_on_by": by},
        "follows": task.id,
        "created_at": now,
        "clock": 1 if given.user else 0,
        "clock_at": now if given.user else None,
        "due": found.due,
        "marks": marks_to_json(found.marks),
        "next_at": found.marks[0].at,
    }
    conn.execute(insert(handoffs).values(**row))
    keep_in_peace(conn, rules, task.lead_id, now)
    announce_task(conn, desk, str(row["id"]), name, given.user)
    if desk.crm:
        told = {"team": name, "owner": given.user, "why": row["context"].get("why")}
        tell_crm(conn, desk.clock, task.lead_id, "handoff", told, str(row["key"]))
    return str(row["id"])


def handed_on_due(conn: Connection, desk: Desk) -> Sequence[str]:
    """Tasks without a journey whose next deadline is reached. Only reads."""
    query = select(handoffs.c.id).where(*WAITING, handoffs.c.next_at <= desk.clock.now(conn))
    return conn.scalars(query.order_by(handoffs.c.next_at, handoffs.c.id).limit(AT_ONCE)).all()


def see_to(conn: Connection, desk: Desk, task_id: str) -> bool:
    """Reminds, passes on or closes it, as its first deadline says."""
    found = conn.execute(select(handoffs).where(handoffs.c.id == task_id)).one()
    lock_lead(conn, found.lead_id)
    now, rules = desk.clock.now(conn), desk.library.rules(conn)
    reached = select(handoffs).where(handoffs.c.id == task_id, *WAITING, handoffs.c.next_at <= now)
    task = conn.execute(reached).one_or_none()
    if task is None:
        return False
    marks = marks_of(task.marks or [])
    # Of a team that the policy has no more, nobody is warned; the task ends when its time is up.
    if task.touched_at is not None or task.team not in rules.sales.teams:
        marks = tuple(mark for mark in marks if mark.what not in WARNINGS)
    if marks and marks[0].at <= now:
        _reached(conn, desk, rules, task, marks, now)
    else:
        _left(conn, task.id, marks)
    return True


def _reached(
    conn: Connection, desk: Desk, rules: Rules, task: Row[Any], marks: tuple[Mark, ...], now: datetime
) -> None:
    mark, left = marks[0], marks[1:]
    if mark.what == TIME_UP and task.kind == REPLY:  # it is closed when nothing waits for its answer
        _left(conn, task.id, left)
        return
    if mark.what == TIME_UP:
        close_open(conn, rules, task, "expired", now)
        return
    if mark.what == ESCALATE:
        result = climb(conn, desk, rules, task, marks, now, len(marks))
        fresh = result.detail.get("marks")
        _left(conn, task.id, marks_of(fresh) if fresh else left)
        return
    remind_owner(conn, desk, task, f"{task.clock}", now, task.kind == HANDOFF)
    _left(conn, task.id, left)


def _left(conn: Connection, task_id: str, marks: tuple[Mark, ...]) -> None:
    values = {"marks": marks_to_json(marks), "next_at": marks[0].at if marks else None}
    conn.execute(update(handoffs).where(handoffs.c.id == task_id, handoffs.c.state == "open").values(values))


def _open(conn: Connection, task: Row[Any]) -> bool:
    query = select(handoffs.c.id).where(
        handoffs.c.lead_id == task.lead_id, handoffs.c.state == "open", handoffs.c.kind == HANDOFF
    )
    return conn.execute(query.where(handoffs.c.id != task.id).limit(1)).first() is not None
