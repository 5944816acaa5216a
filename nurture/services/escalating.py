"""A task that nobody acts on climbs the ladder of its team."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nurture.domain.effects import Result
from nurture.domain.position import Mark, marks_to_json
from nurture.domain.sla import NEXT, Promise, hours_of, passed_on, rung_at, verdict
from nurture.domain.steps.handoff import Handoff
from nurture.services.chat import tell_rooms
from nurture.services.crm import queue as tell_crm
from nurture.services.desk import Desk
from nurture.services.handoffs import HANDOFF, task_of, tell_owner
from nurture.services.library import Rules
from nurture.services.notices import tell_address
from nurture.services.routing import pass_on
from nurture.store.tables import handoffs, users


def escalate(conn: Connection, desk: Desk, turn: Any, step: Handoff) -> Result:
    """The next rung of the ladder, of a task that a journey waits for."""
    task, position = task_of(conn, turn.journey.id, step.name, turn.position.visit), turn.position
    return climb(conn, desk, turn.rules, task, position.marks, turn.facts.now, position.nth, step.team)


def climb(
    conn: Connection,
    desk: Desk,
    rules: Rules,
    task: Row[Any],
    left: tuple[Mark, ...],
    now: datetime,
    nth: int,
    handed_to: str = "",
) -> Result:
    """Somebody is told, or the task goes to another owner. ``left``: its deadlines, with the one in hand;
    ``nth``: one that is another with each rung; ``handed_to``: the team that counts where the task's own is
    gone."""
    promise = rules.sales.teams[_team(rules, task, handed_to)].promise
    rung = rung_at(promise, left)
    if rung.tell:
        what = f"handoff/{task.id}/tell/{nth}"
        text = f"Nobody has acted.\n\nThe task: {desk.base_url}/inbox/{task.id}\n"
        tell_address(conn, desk, what, rung.tell, "A sales task waits too long", text)
        if desk.rooms:
            tell_rooms(conn, desk, task.id, f"tell/{nth}", "A sales task waits too long")
        return Result("escalated", now, f"nobody acted; {rung.tell} is told")
    owner = _named(conn, rung.to) if rung.to != NEXT else None
    owner = owner or pass_on(conn, desk, rules, task.team, task.owner)
    if owner is None or owner == task.owner:
        return _stays(conn, task, now)
    return _passed_on(conn, desk, rules, promise, task, owner, left, now)


def _stays(conn: Connection, task: Row[Any], now: datetime) -> Result:
    """There is nobody else."""
    more = {"escalations": task.escalations + 1, "version": handoffs.c.version + 1}
    conn.execute(update(handoffs).where(handoffs.c.id == task.id, handoffs.c.state == "open").values(more))
    return Result("escalated", now, "nobody acted", {"from": task.owner, "to": task.owner})


def _passed_on(
    conn: Connection,
    desk: Desk,
    rules: Rules,
    promise: Promise,
    task: Row[Any],
    owner: str,
    left: tuple[Mark, ...],
    now: datetime,
) -> Result:
    email = conn.scalar(select(users.c.email).where(users.c.id == owner))
    hours = hours_of(rules.sales.member(email), rules.dictionary.company_zone, rules.calendars)
    found = passed_on(promise, hours, now, left[1:])
    late = task.touched_at is None and verdict(task.due, now, task.sla) == "missed"
    values = {
        "owner": owner,
        "escalations": task.escalations + 1,
        "version": handoffs.c.version + 1,
        "clock": handoffs.c.clock + 1,
        "clock_at": now,
        "due": found.due,
        "marks": marks_to_json(found.marks),
        **({"sla": "missed"} if late else {}),
    }
    conn.execute(update(handoffs).where(handoffs.c.id == task.id, handoffs.c.state == "open").values(values))
    joined = handoffs.c.joined_to == task.id, handoffs.c.state == "open"
    conn.execute(update(handoffs).where(*joined).values(owner=owner))
    what = f"escalate/{task.escalations + 1}"
    handed = task.kind == HANDOFF
    tell_owner(conn, desk, task.id, what, owner, "A sales task is now yours", answerable=handed)
    if desk.crm and handed:
        key = f"{task.key}/owner/{task.escalations + 1}"
        tell_crm(conn, desk.clock, task.lead_id, "owner", {"owner": owner, "handoff": task.id}, key)
    detail = {"from": task.owner, "to": owner, "marks": marks_to_json(found.marks), "clock": task.clock + 1}
    return Result("escalated", now, "nobody acted", detail)


def _team(rules: Rules, task: Row[Any], handed_to: str) -> str:
    return task.team if task.team in rules.sales.teams else handed_to


def _named(conn: Connection, email: str) -> str | None:
    query = select(users.c.id).where(users.c.email == email.lower(), users.c.active.is_(True))
    found: str | None = conn.scalar(query)
    return found
