"""Whose a task is: given to somebody by a person; who is told, and whose clock runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from nurture.domain.position import marks_to_json
from nurture.domain.sales import Team
from nurture.domain.sla import verdict
from nurture.services.answer import (
    AnsweredAlready,
    AnswerWrong,
    task_shown,
    wake_journeys,
    write_line,
)
from nurture.services.changes import lock_lead
from nurture.services.crm import queue as tell_crm
from nurture.services.desk import Desk
from nurture.services.handoffs import HANDOFF, clock_of, tell_owner
from nurture.services.library import Rules
from nurture.store.tables import handoffs, users


def reassign(conn: Connection, desk: Desk, handoff_id: str, version: int, to: str, by: str) -> Sequence[str]:
    """The journeys that hear of it. ``to``, ``by``: ids of users. The clock begins anew for the new owner.

    Raises NoSuchTask, AnswerWrong or AnsweredAlready."""
    task = task_shown(conn, handoff_id)
    lock_lead(conn, task.lead_id)
    if task.version != version:
        raise AnsweredAlready(task)
    user = conn.execute(select(users).where(users.c.id == to, users.c.active.is_(True))).one_or_none()
    if user is None:
        raise AnswerWrong("nobody with this name takes leads", "choose a member of a team")
    if user.id == task.owner:
        raise AnswerWrong(f"it is {user.name}'s already", "choose somebody else")
    now, rules = desk.clock.now(conn), desk.library.rules(conn)
    if not hand(conn, rules, task, user, version, now):
        raise AnsweredAlready(task_shown(conn, task.id))
    said = {"from": task.owner, "to": user.id, "by": by, "handoff": task.id}
    write_line(conn, task, "reassigned", f"now {user.name}'s", said, now)
    return told(conn, desk, task, user, by)


def hand(conn: Connection, rules: Rules, task: Row[Any], user: Row[Any], version: int, now: datetime) -> bool:
    name = user.team if user.team in rules.sales.teams else task.team
    values: dict[str, Any] = {"owner": user.id, "team": name, "version": handoffs.c.version + 1}
    team = rules.sales.teams.get(name)
    if team and (task.kind == HANDOFF or task.next_at):
        values |= _clock(rules, team, task, user.email, now)
    open_still = handoffs.c.id == task.id, handoffs.c.version == version, handoffs.c.state == "open"
    if not conn.execute(update(handoffs).where(*open_still).values(values)).rowcount:
        return False
    joined = handoffs.c.joined_to == task.id, handoffs.c.state == "open"
    conn.execute(update(handoffs).where(*joined).values(owner=user.id, team=name))
    return True


def _clock(rules: Rules, team: Team, task: Row[Any], email: str, now: datetime) -> dict[str, Any]:
    """A new one; what the owner before has missed stays missed."""
    found = clock_of(rules, team, email, now)
    missed = task.clock and task.touched_at is None and verdict(task.due, now, task.sla) == "missed"
    return {
        "clock": handoffs.c.clock + 1,
        "clock_at": now,
        "due": found.due,
        "marks": marks_to_json(found.marks),
        **({"next_at": found.marks[0].at} if task.next_at else {}),
        **({"sla": "missed"} if missed else {}),
    }


def told(conn: Connection, desk: Desk, task: Row[Any], user: Row[Any], by: str) -> Sequence[str]:
    if user.id != by:
        what, handed = f"owner/{task.version + 1}", task.kind == HANDOFF
        tell_owner(conn, desk, task.id, what, user.id, "A sales task is now yours", answerable=handed)
    if desk.crm and task.kind == HANDOFF:
        key = f"{task.key}/owner/v{task.version + 1}"
        said = {"owner": user.id, "handoff": task.id}
        tell_crm(conn, desk.clock, task.lead_id, "owner", said, key)
    beside = or_(handoffs.c.id == task.id, handoffs.c.joined_to == task.id)
    rows = conn.execute(select(handoffs).where(beside, handoffs.c.state == "open")).all()
    return wake_journeys(conn, rows)
