"""Tasks: calls, messages, visits that a person does for a journey; opened here, done or skipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, or_, select, update

from nurture.domain.effects import Result
from nurture.domain.position import Mark, marks_to_json
from nurture.domain.replies import TASK
from nurture.domain.sla import hours_of
from nurture.domain.steps.task import Task
from nurture.services.answer import (
    NOTE,
    AnsweredAlready,
    AnswerWrong,
    task_shown,
    wake_journeys,
    write_line,
)
from nurture.services.answering import release
from nurture.services.changes import announce, lock_lead
from nurture.services.desk import Desk
from nurture.services.handoffs import HANDOFF, tell_owner
from nurture.services.library import Rules
from nurture.services.routing import give
from nurture.services.touches import touch
from nurture.services.why_now import context
from nurture.store.columns import new_id
from nurture.store.tables import handoffs, leads, users
from nurture.store.upserts import insert_unless_there

Word = Literal["done", "skipped"]


@dataclass(frozen=True)
class Done:
    word: Word
    by: str
    """Id of the user."""
    note: str = ""


def create(conn: Connection, desk: Desk, turn: Any, step: Task) -> Result:
    """The task of this visit, made once. ``turn``: an opened turn."""
    journey, facts = turn.journey, turn.facts
    key = f"{journey.id}/{step.name}/{turn.position.visit}/task"
    found = conn.execute(select(handoffs).where(handoffs.c.key == key)).one_or_none()
    if found is None:
        found = _insert(conn, desk, turn, step, key)
    detail = {
        "marks": found.marks,
        "clock": found.clock,
        "task": found.id,
        "owner": found.owner,
        "kind": step.kind,
    }
    return Result("tasked", facts.now, step.text, detail)


def complete(conn: Connection, desk: Desk, task_id: str, version: int, given: Done) -> Sequence[str]:
    """The journeys that go on by it. Raises NoSuchTask, AnswerWrong or AnsweredAlready.

    ``version``: of the task as it was when it was shown.
    """
    if len(given.note) > NOTE:
        raise AnswerWrong(f"the note is longer than {NOTE:,} characters", "make it shorter")
    task = task_shown(conn, task_id)
    if task.kind == HANDOFF:
        raise AnswerWrong("a handoff is not done or skipped", "accept it, qualify it or reject it")
    lock_lead(conn, task.lead_id)
    now = desk.clock.now(conn)
    unchanged = (handoffs.c.id == task.id) & (handoffs.c.version == version)
    done = conn.execute(
        update(handoffs).where(unchanged, handoffs.c.state == "open").values(_values(given, now))
    )
    if done.rowcount != 1:
        raise AnsweredAlready(task_shown(conn, task.id))
    touch(conn, task, given.by, now)
    said = {"answer": given.word, "step": task.step, "team": task.team, "kind": task.kind}
    write_line(conn, task, "answered", "", {**said, "by": given.by, "handoff": task.id}, now)
    origin = f"task/{task.id}/{version + 1}"
    announce(conn, task.lead_id, "task.answered", {**said, "task": task.id}, origin, now)
    if task.kind == TASK:
        return release(conn, task.lead_id, now)
    return wake_journeys(conn, [task])


def _values(given: Done, now: datetime) -> dict[str, Any]:
    note = given.note.replace("\0", "").strip()
    return {
        "state": given.word,
        **({"note": note} if note else {}),
        "answered_at": now,
        "answered_by": given.by,
        "version": handoffs.c.version + 1,
    }


def _insert(conn: Connection, desk: Desk, turn: Any, step: Task, key: str) -> Row[Any]:
    journey, facts = turn.journey, turn.facts
    owner, name = _owner(conn, journey.lead_id, step.team, facts.now), step.team
    if owner is None:
        given = give(conn, desk, turn.rules, journey.lead_id, step.team, leads=False)
        owner, name = given.user, given.team
    marks = marks_of_task(conn, turn.rules, step, owner, facts.now)
    row = {
        "id": new_id(),
        "key": key,
        "lead_id": journey.lead_id,
        "journey_id": journey.id,
        "step": step.name,
        "visit": turn.position.visit,
        "kind": step.kind,
        "team": name,
        "owner": owner,
        "context": {**context(conn, turn, step.text), "task": step.name},
        "due": marks[-1].at,
        "marks": marks_to_json(marks),
        "created_at": facts.now,
    }
    conn.execute(insert_unless_there(conn, handoffs, row))
    tell_owner(conn, desk, str(row["id"]), "new/1", owner, "A task for you")
    return conn.execute(select(handoffs).where(handoffs.c.key == key)).one()


def marks_of_task(
    conn: Connection, rules: Rules, step: Task, owner: str | None, now: datetime
) -> tuple[Mark, ...]:
    """In the hours of its owner."""
    email = conn.scalar(select(users.c.email).where(users.c.id == owner)) if owner else None
    hours = hours_of(rules.sales.member(email), rules.dictionary.company_zone, rules.calendars)
    return step.marks(rules.sales.teams[step.team], now, hours.zone, hours.calendar)


def _owner(conn: Connection, lead_id: str, team: str, now: datetime) -> str | None:
    """Who has the lead already, if they are of the team and there."""
    query = (
        select(users.c.id)
        .join(leads, leads.c.owner == users.c.id)
        .where(leads.c.id == lead_id, users.c.team == team, users.c.active.is_(True))
        .where(or_(users.c.away_until.is_(None), users.c.away_until <= now))
    )
    found: str | None = conn.scalar(query)
    return found
