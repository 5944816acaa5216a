"""Handoffs: opened, joined, reminded of, given to another owner, closed. Answers are in ``answer``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nurture.domain.effects import Result
from nurture.domain.members import Member
from nurture.domain.position import Position, marks_to_json
from nurture.domain.sales import Team
from nurture.domain.sla import Deadlines
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.handoff import Handoff
from nurture.domain.walk import Walk, left_open
from nurture.services.chat import tell_rooms
from nurture.services.crm import queue as tell_crm
from nurture.services.desk import Desk
from nurture.services.giving_back import keep_in_peace, let_go
from nurture.services.leads import resolve
from nurture.services.library import Rules
from nurture.services.mail_links import answer_link
from nurture.services.notices import tell
from nurture.services.routing import give
from nurture.services.shadow import in_the_shadow, shade
from nurture.services.touches import left_alone
from nurture.services.wakes import Spread, queue
from nurture.services.why_now import context
from nurture.store.columns import new_id
from nurture.store.tables import handoffs, users
from nurture.store.upserts import insert_unless_there

HANDOFF = "handoff"
"""The kind of what is handed over; every other kind is a task."""
AT_ONCE = Spread(rate=1000)


def open_task(conn: Connection, desk: Desk, turn: Any, step: Handoff) -> Result:
    """The task of this visit, made once; a lead who has an open one joins it. ``turn``: an opened turn."""
    if in_the_shadow(turn, step):
        return shade(conn, desk, turn, step)
    journey, facts = turn.journey, turn.facts
    visit = turn.position.visit
    key = f"{journey.id}/{step.name}/{visit}/handoff"
    found = conn.execute(select(handoffs).where(handoffs.c.key == key)).one_or_none()
    if found is None:
        found = _insert(conn, desk, turn, step, key)
    detail = {
        "marks": found.marks,
        "clock": found.clock,
        "handoff": found.id,
        "owner": found.owner,
        "score": facts.score,
        **({"routed": routed} if (routed := (found.context or {}).get("routed")) else {}),
    }
    reason = step.why if found.joined_to is None else f"joins the open task; {step.why}"
    return Result("handed", facts.now, reason, detail)


def clock_of(rules: Rules, team: Team, email: str | None, at: datetime) -> Deadlines:
    """Of a task that is theirs from then on; nobody's waits in the queue."""
    member = (team.named(email) or rules.sales.member(email) or Member(email, email)) if email else None
    return team.deadlines(member, rules.dictionary.company_zone, rules.calendars, at)


def remind(conn: Connection, desk: Desk, turn: Any, step: Awaiting) -> Result:
    task = task_of(conn, turn.journey.id, step.name, turn.position.visit)
    remind_owner(conn, desk, task, f"{turn.position.nth}", turn.facts.now, isinstance(step, Handoff))
    return Result("reminded", turn.facts.now, "nobody answered yet", {"owner": task.owner})


def remind_owner(
    conn: Connection, desk: Desk, task: Row[Any], nth: str, now: datetime, handed: bool = True
) -> None:
    """``nth``: another with each reminder of the task."""
    conn.execute(update(handoffs).where(handoffs.c.id == task.id).values(reminded_at=now))
    subject = "A sales task waits for your answer"
    tell_owner(conn, desk, task.id, f"remind/{nth}", task.owner, subject, answerable=handed)


def task_of(conn: Connection, journey_id: str, step: str, visit: int) -> Row[Any]:
    return conn.execute(
        select(handoffs).where(
            handoffs.c.journey_id == journey_id, handoffs.c.step == step, handoffs.c.visit == visit
        )
    ).one()


def close_left(
    conn: Connection, rules: Rules, journey: Row[Any], was: Position, decided: Walk, now: datetime
) -> None:
    """A journey that leaves an open task behind closes it."""
    if (state := left_open(was, decided)) is None:
        return
    of_it = handoffs.c.journey_id == journey.id, handoffs.c.step == was.step, handoffs.c.visit == was.visit
    change = update(handoffs).where(*of_it, handoffs.c.state == "open").values(_closed(state, now))
    for left in conn.scalars(change.returning(handoffs.c.id)).all():
        _stand_alone(conn, rules, left, now)
        let_go(conn, rules, journey.lead_id, now)


def close_open(conn: Connection, rules: Rules, task: Row[Any], state: str, now: datetime) -> None:
    """One that no journey waits for."""
    still = handoffs.c.id == task.id, handoffs.c.state == "open"
    if conn.execute(update(handoffs).where(*still).values(_closed(state, now))).rowcount:
        _stand_alone(conn, rules, task.id, now)
        let_go(conn, rules, task.lead_id, now)


def _closed(state: str, now: datetime) -> dict[str, Any]:
    return {"state": state, "answered_at": now, "sla": left_alone(now), "version": handoffs.c.version + 1}


def _stand_alone(conn: Connection, rules: Rules, left: str, now: datetime) -> None:
    """The first of those that had joined a task which is closed without an answer has a clock of its own."""
    joined = handoffs.c.joined_to == left, handoffs.c.state == "open"
    first = conn.execute(select(handoffs).where(*joined).order_by(handoffs.c.created_at).limit(1)).first()
    if first is None or first.team not in rules.sales.teams:
        return
    email = conn.scalar(select(users.c.email).where(users.c.id == first.owner)) if first.owner else None
    found = clock_of(rules, rules.sales.teams[first.team], email, now)
    values = {
        "clock": first.clock + 1,
        "clock_at": now,
        "due": found.due,
        "marks": marks_to_json(found.marks),
    }
    conn.execute(update(handoffs).where(handoffs.c.id == first.id).values(joined_to=None, **values))
    conn.execute(update(handoffs).where(*joined, handoffs.c.id != first.id).values(joined_to=first.id))
    queue(conn, [first.journey_id], AT_ONCE)


def _insert(conn: Connection, desk: Desk, turn: Any, step: Handoff, key: str) -> Row[Any]:
    journey, facts = turn.journey, turn.facts
    lead = resolve(conn, journey.lead_id)
    open_one = conn.execute(
        select(handoffs).where(
            handoffs.c.lead_id == lead,
            handoffs.c.state == "open",
            handoffs.c.joined_to.is_(None),
            handoffs.c.kind == HANDOFF,
        )
    ).one_or_none()
    given = give(conn, desk, turn.rules, journey.lead_id, step.team) if not open_one else None
    next_one = open_one.owner if open_one else given.user if given else None
    team = given.team if given else open_one.team if open_one else step.team
    team = team if team in turn.rules.sales.teams else step.team
    email = conn.scalar(select(users.c.email).where(users.c.id == next_one)) if next_one else None
    clock = _first_clock(turn.rules, team, email, open_one, facts.now)
    row = {
        "id": new_id(),
        "key": key,
        "lead_id": lead,
        "journey_id": journey.id,
        "step": step.name,
        "visit": turn.position.visit,
        "joined_to": open_one.id if open_one else None,
        "team": team,
        "owner": next_one,
        "context": {
            **context(conn, turn, step.why, step.say),
            **({"routed": given.to_json()} if given else {}),
        },
        "created_at": facts.now,
        **clock,
    }
    conn.execute(insert_unless_there(conn, handoffs, row))
    keep_in_peace(conn, turn.rules, journey.lead_id, facts.now)
    if desk.crm:
        values = {"team": step.team, "owner": row["owner"], "why": step.why, "score": facts.score}
        values |= {"handoff": row["id"]}
        tell_crm(conn, desk.clock, journey.lead_id, "handoff", values, key)
    if not open_one:
        announce_task(conn, desk, str(row["id"]), team, next_one)
    return conn.execute(select(handoffs).where(handoffs.c.key == key)).one()


def announce_task(conn: Connection, desk: Desk, task: str, team: str, owner: str | None) -> None:
    """To its owner; of one that waits in the queue to all of the team."""
    if owner:
        tell_owner(conn, desk, task, "new/1", owner, "A lead is ready for you", answerable=True)
        return
    members = select(users.c.id).where(users.c.team == team, users.c.active.is_(True)).order_by(users.c.email)
    for number, member in enumerate(conn.scalars(members).all(), 1):
        tell_owner(conn, desk, task, f"queue/{number}", member, "A lead waits in the queue of your team")


def _first_clock(
    rules: Rules, name: str, email: str | None, open_one: Row[Any] | None, now: datetime
) -> dict[str, Any]:
    """One that has joined another has no warnings of its own: the open one has them."""
    found = clock_of(rules, rules.sales.teams[name], email, now)
    if open_one is not None:
        return {"clock": 1, "due": open_one.due, "marks": marks_to_json(found.marks[-1:])}
    runs = {"clock": 1, "clock_at": now} if email else {"clock": 0}
    return {**runs, "due": found.due, "marks": marks_to_json(found.marks)}


def tell_owner(
    conn: Connection,
    desk: Desk,
    task: str,
    what: str,
    user: str | None,
    subject: str,
    *,
    answerable: bool = False,
) -> None:
    """Without a word about the lead: mails are read on many screens, the task page on one."""
    text = f"{subject}.\n\nWhy now, and your answer: {desk.base_url}/inbox/{task}\n"
    if user and answerable:
        text += f"\nAccept or reject it from here: {answer_link(conn, desk, task, user)}\n"
    tell(conn, desk, f"handoff/{task}/{what}", user, subject, text)
    if desk.rooms:  # of those in the queue all of the team get a mail, and the room one message
        tell_rooms(conn, desk, task, "queue" if what.startswith("queue/") else what, subject)
