"""What sales says to a task. A row and its wake, so that it can be said while Temporal is down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, or_, select, update

from nurture.domain.bant import BANT, SALES, Said
from nurture.domain.errors import NurtureError
from nurture.domain.sales import ANSWERED_FROM, stage_after
from nurture.services.changes import announce, lock_lead, set_stage
from nurture.services.crm import queue as tell_crm
from nurture.services.desk import Desk
from nurture.services.giving_back import give_back, let_go
from nurture.services.handing_on import hand_on
from nurture.services.handoffs import HANDOFF
from nurture.services.qualifying import tell
from nurture.services.touches import touch
from nurture.services.wakes import Spread, queue
from nurture.store.tables import handoffs, journeys, leads, timeline, users

Word = Literal["accepted", "qualified", "rejected", "returned"]
NOTE = 2000
"""Characters."""
AT_ONCE = Spread(rate=1000)
OPEN = "open"


class NoSuchTask(NurtureError):
    """No task has this id."""


class AnswerWrong(NurtureError):
    """The answer lacks something, such as the reason of a rejection."""


class AnsweredAlready(NurtureError):
    """Somebody, or the end of its time, was first; nothing is changed."""

    def __init__(self, task: Row[Any]) -> None:
        super().__init__(
            f"this task has been changed by somebody else: it is {task.state}", "look at it again"
        )
        self.state: str = task.state
        self.by: str | None = task.answered_by
        self.at: datetime | None = task.answered_at


@dataclass(frozen=True)
class Answer:
    word: Word
    by: str
    """Id of the user."""
    reason: str | None = None
    """A key of the sales policy's reasons; a rejection needs one."""
    note: str = ""
    bant: Mapping[str, str] = field(default_factory=dict)
    """Budget, authority, need, timing, as far as known."""
    until: datetime | None = None
    """Of a lead who is given back: when they may hear of us again."""

    @property
    def gives_back(self) -> bool:
        return self.word in ("rejected", "returned")


def answer(conn: Connection, desk: Desk, handoff_id: str, version: int, given: Answer) -> Sequence[str]:
    """The journeys that go on by it: the task's own, and those whose tasks have joined it.

    ``version``: of the task as it was when it was shown. Raises NoSuchTask, AnswerWrong or AnsweredAlready.
    """
    _check(conn, desk, given)
    task = task_shown(conn, handoff_id)
    if task.kind != HANDOFF:
        raise AnswerWrong("this task is not accepted or rejected", "mark it done, or skip it")
    lead = lock_lead(conn, task.lead_id)
    now = desk.clock.now(conn)
    if not _set(conn, task.id, version, given, now):
        raise AnsweredAlready(task_shown(conn, task.id))
    touch(conn, task, given.by, now)
    answered = [task, *_answer_joined(conn, task, given, now)] if task.state == "open" else [task]
    origin = f"handoff/{task.id}/{version + 1}"
    _tell(conn, desk, task, given, origin, now)
    rules = desk.library.rules(conn)
    bant = _values(given, now).get("bant", {})
    said = [Said(item, text, SALES, now, given.by) for item, text in bant.items()]
    tell(conn, rules, lead.id, said, origin, now)
    if stage := stage_after(given.word, lead.stage, rules.sales.after(given.word, given.reason)):
        set_stage(conn, desk, lead.id, stage, f"{origin}/stage", now)
    if given.gives_back:
        give_back(conn, desk, rules, task, given, origin, now)
    if given.word == "qualified":
        hand_on(conn, desk, rules, task, given.by, now)
    let_go(conn, rules, lead.id, now)
    if not given.gives_back:
        conn.execute(update(leads).where(leads.c.id == lead.id).values(owner=given.by, updated_at=now))
    waking = wake_journeys(conn, answered) if task.state == "open" else ()
    desk.reached("answer/written")
    return waking


def add_note(conn: Connection, desk: Desk, handoff_id: str, by: str, text: str) -> None:
    """Onto the lead's timeline; whoever opens the task reads it."""
    text = " ".join(text.replace("\0", "").split())
    if text:
        task, now = task_shown(conn, handoff_id), desk.clock.now(conn)
        write_line(conn, task, "note", text[:500], {"by": by, "handoff": task.id}, now)
        if task.state == OPEN:
            touch(conn, task, by, now)


def task_shown(conn: Connection, handoff_id: str) -> Row[Any]:
    """The task itself; for one that has joined another, that other as long as it is open."""
    task = conn.execute(select(handoffs).where(handoffs.c.id == handoff_id)).one_or_none()
    if task is None:
        raise NoSuchTask("there is no such task", "look at the list")
    if task.joined_to is None or task.state != "open":
        return task
    leading = select(handoffs).where(handoffs.c.id == task.joined_to, handoffs.c.state == "open")
    return conn.execute(leading).one_or_none() or task


def _check(conn: Connection, desk: Desk, given: Answer) -> None:
    reasons = desk.library.rules(conn).sales.reasons
    if given.word == "rejected" and (given.reason is None or (reasons and given.reason not in reasons)):
        raise AnswerWrong(
            "a rejection needs a reason of the sales policy", f"choose one: {', '.join(reasons)}"
        )
    if given.word == "returned" and given.until is None:
        raise AnswerWrong("a lead is given back until a day", "say when they may hear of us again")
    if given.until is not None and given.until <= desk.clock.now(conn):
        raise AnswerWrong("the day on which they may hear of us again is over", "choose a later one")
    if len(given.note) > NOTE or any(len(text) > NOTE for text in given.bant.values()):
        raise AnswerWrong(f"a text is longer than {NOTE:,} characters", "make it shorter")
    if given.bant.keys() - set(BANT):
        raise AnswerWrong(f"only {', '.join(BANT)} can be told", "put everything else into the note")


def _set(conn: Connection, task_id: str, version: int, given: Answer, now: datetime) -> bool:
    unchanged = (handoffs.c.id == task_id) & (handoffs.c.version == version)
    ready = handoffs.c.state.in_(ANSWERED_FROM[given.word])
    done = conn.execute(update(handoffs).where(unchanged, ready).values(_values(given, now)))
    return done.rowcount == 1


def _answer_joined(conn: Connection, task: Row[Any], given: Answer, now: datetime) -> Sequence[Row[Any]]:
    """Those that wait for the same answer: joined to this task, or with it to one that is closed."""
    leading = task.joined_to or task.id
    beside = or_(handoffs.c.joined_to == leading, handoffs.c.id == leading)
    joined = conn.execute(
        select(handoffs).where(beside, handoffs.c.id != task.id, handoffs.c.state == "open")
    ).all()
    ids = [row.id for row in joined]
    if ids:
        conn.execute(update(handoffs).where(handoffs.c.id.in_(ids)).values(_values(given, now)))
    return joined


def _values(given: Answer, now: datetime) -> dict[str, Any]:
    note = given.note.replace("\0", "").strip()
    bant = {name: text.replace("\0", "").strip() for name, text in given.bant.items() if text.strip()}
    return {
        "state": given.word,
        "reason": given.reason,
        **({"note": note} if note else {}),
        **({"bant": bant} if bant else {}),
        **({"back_at": given.until} if given.until else {}),
        "answered_at": now,
        "answered_by": given.by,
        "version": handoffs.c.version + 1,
    }


def _tell(conn: Connection, desk: Desk, task: Row[Any], given: Answer, origin: str, now: datetime) -> None:
    said = {"answer": given.word, "reason": given.reason, "step": task.step, "team": task.team}
    said |= {"until": given.until.isoformat()} if given.until else {}
    write_line(conn, task, "answered", given.reason or "", {**said, "by": given.by, "handoff": task.id}, now)
    announce(conn, task.lead_id, "handoff.answered", {**said, "handoff": task.id}, origin, now)
    if desk.crm:
        told = {**said, "by": _address(conn, given.by), "note": given.note, "bant": dict(given.bant)}
        told |= {"handoff": task.id}
        tell_crm(conn, desk.clock, task.lead_id, "handoff", told, origin)


def _address(conn: Connection, user_id: str) -> str | None:
    """A CRM knows its people by their addresses."""
    email: str | None = conn.scalar(select(users.c.email).where(users.c.id == user_id))
    return email


def write_line(
    conn: Connection, task: Row[Any], kind: str, reason: str, detail: Mapping[str, Any], now: datetime
) -> None:
    conn.execute(
        insert(timeline).values(
            lead_id=task.lead_id,
            journey_id=task.journey_id,
            at=now,
            kind=kind,
            step=task.step,
            reason=reason,
            detail=dict(detail),
        )
    )


def wake_journeys(conn: Connection, tasks: Sequence[Row[Any]]) -> Sequence[str]:
    ids = list(dict.fromkeys(task.journey_id for task in tasks))
    still = select(journeys.c.id).where(journeys.c.id.in_(ids), journeys.c.state == "open")
    waking = sorted(conn.scalars(still))
    queue(conn, waking, AT_ONCE)
    return waking
