"""A reply of a person: it holds the messages to them, makes a task, and is over when that is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from nurture.domain.position import Mark, marks_to_json
from nurture.domain.replies import GO_ON, HOLD_COMPANY, TASK, hold_for, on_reply
from nurture.domain.sla import TIME_UP, WARNINGS
from nurture.services.answer import write_line
from nurture.services.desk import Desk
from nurture.services.facts import lead_row, zone_of
from nurture.services.handoffs import clock_of, tell_owner
from nurture.services.library import Rules
from nurture.services.routing import give
from nurture.services.wakes import Spread, queue
from nurture.store.columns import new_id
from nurture.store.tables import handoffs, journeys, leads, users
from nurture.store.upserts import insert_unless_there

REPLIED = "email.replied"
ASKED = "Wrote back: answer them"
BY_ADDRESS = "Wrote to us: answer them. Known by the address alone, so look whether it is they"
AT_ONCE = Spread(rate=1000)
CLOSED_AT_ONCE = 500


def take_reply(conn: Connection, desk: Desk, rules: Rules, lead_id: str, event: Row[Any]) -> None:
    """Holds what the company's or a campaign's `on_reply` says, and asks somebody to answer."""
    query = select(journeys).where(journeys.c.lead_id == lead_id, journeys.c.state == "open")
    found = conn.execute(query.order_by(journeys.c.id)).all()
    wants = [(row, _wanted(conn, desk, rules, row)) for row in found if _readable(conn, desk, row)]
    holding = [row for row, want in wants if want != GO_ON]
    if not holding:
        return
    whose = (
        _company(conn, lead_id) if any(want == HOLD_COMPANY for _, want in wants) else leads.c.id == lead_id
    )
    conn.execute(update(leads).where(whose).values(replied_at=event.occurred_at))
    _ask(conn, desk, rules, holding, event)


def release(conn: Connection, lead_id: str, now: datetime) -> Sequence[str]:
    """Somebody has answered: what was held goes on, but for colleagues who wait for their own answer."""
    waiting = select(handoffs.c.lead_id).where(handoffs.c.state == "open", handoffs.c.kind == TASK)
    whose = _company(conn, lead_id), leads.c.id.not_in(waiting)
    of_them = journeys.c.lead_id.in_(conn.scalars(select(leads.c.id).where(*whose)).all())
    conn.execute(update(leads).where(*whose).values(replied_at=None))
    held = of_them, journeys.c.state == "open", journeys.c.hold == TASK
    waking = sorted(conn.scalars(select(journeys.c.id).where(*held)))
    conn.execute(update(journeys).where(journeys.c.id.in_(waking)).values(due=now))
    queue(conn, waking, AT_ONCE, due=True)
    return waking


def _wanted(conn: Connection, desk: Desk, rules: Rules, journey: Row[Any]) -> str:
    return on_reply(desk.library.campaign(conn, journey.version).campaign, rules.dictionary)


def _readable(conn: Connection, desk: Desk, journey: Row[Any]) -> bool:
    """What cannot be read sends nothing that a reply could hold."""
    return desk.library.readable(conn, journey.version) is not None


def _company(conn: Connection, lead_id: str) -> ColumnElement[bool]:
    account = conn.scalar(select(leads.c.account_id).where(leads.c.id == lead_id))
    return leads.c.account_id == account if account else leads.c.id == lead_id


def close_unanswered(conn: Connection, desk: Desk) -> int:
    """Tasks of replies whose hold is over: nothing waits for their answer any more. How many."""
    now = desk.clock.now(conn)
    over = handoffs.c.kind == TASK, handoffs.c.state == "open", handoffs.c.closes_at <= now
    found = conn.execute(select(handoffs).where(*over).order_by(handoffs.c.id).limit(CLOSED_AT_ONCE)).all()
    for task in found:
        _close(conn, task, now)
    return len(found)


def _close(conn: Connection, task: Row[Any], now: datetime) -> None:
    closed = {"state": "expired", "answered_at": now, "version": handoffs.c.version + 1}
    still = handoffs.c.id == task.id, handoffs.c.state == "open"
    if conn.execute(update(handoffs).where(*still).values(closed)).rowcount:
        write_line(conn, task, "not_answered", "nobody answered the reply in time", {"handoff": task.id}, now)


def _ask(conn: Connection, desk: Desk, rules: Rules, holding: Sequence[Row[Any]], event: Row[Any]) -> None:
    """One task for all replies of somebody that nobody has answered."""
    lead_id, closes = holding[0].lead_id, _closes(conn, desk, rules, holding, event.occurred_at)
    waiting = handoffs.c.lead_id == lead_id, handoffs.c.state == "open", handoffs.c.kind == TASK
    task = conn.execute(select(handoffs).where(*waiting)).first()
    if task and task.closes_at and task.closes_at <= event.occurred_at:
        _close(conn, task, event.occurred_at)
        task = None
    if task:
        conn.execute(update(handoffs).where(handoffs.c.id == task.id).values(closes_at=closes))
    elif rules.sales.teams:
        _open(conn, desk, rules, holding[0], event, closes)


def _closes(
    conn: Connection, desk: Desk, rules: Rules, holding: Sequence[Row[Any]], at: datetime
) -> datetime:
    """When the last of the journeys goes on by itself."""
    zone = zone_of(lead_row(conn, holding[0].lead_id), rules.dictionary)
    campaigns = [desk.library.campaign(conn, row.version).campaign for row in holding]
    return max(hold_for(campaign, rules.dictionary).after(at, zone) for campaign in campaigns)


def _open(
    conn: Connection, desk: Desk, rules: Rules, journey: Row[Any], event: Row[Any], closes: datetime
) -> None:
    team, owner = _whose(conn, desk, rules, journey.lead_id)
    email = conn.scalar(select(users.c.email).where(users.c.id == owner)) if owner else None
    found = clock_of(rules, rules.sales.teams[team], email, event.occurred_at)
    # It has a ladder as a handoff has, which ends when nothing waits for the answer any more.
    warnings = (mark for mark in found.marks if mark.what in WARNINGS and mark.at < closes)
    marks = (*warnings, Mark(closes, TIME_UP))
    why = BY_ADDRESS if (event.data or {}).get("found_by") == "address" else ASKED
    row = {
        "id": new_id(),
        "key": f"{journey.id}/reply/{event.id}/task",
        "lead_id": journey.lead_id,
        "journey_id": journey.id,
        "step": TASK,
        "visit": 1,
        "kind": TASK,
        "team": team,
        "owner": owner,
        "context": {"why": why, "campaign": journey.campaign, "task": TASK, "score": None},
        "due": found.due,
        "marks": marks_to_json(marks),
        "next_at": marks[0].at,
        "closes_at": closes,
        "created_at": event.occurred_at,
    }
    if conn.execute(insert_unless_there(conn, handoffs, row)).rowcount:
        task = conn.execute(select(handoffs).where(handoffs.c.id == row["id"])).one()
        write_line(conn, task, "tasked", why, {"handoff": task.id, "owner": owner}, event.occurred_at)
        tell_owner(conn, desk, task.id, "new/1", owner, "Somebody wrote back")


def _whose(conn: Connection, desk: Desk, rules: Rules, lead_id: str) -> tuple[str, str | None]:
    """Team and owner: those of the lead already, else the first team and whoever is next."""
    owner = select(leads.c.owner, users.c.team).join(users, users.c.id == leads.c.owner)
    known = conn.execute(owner.where(leads.c.id == lead_id)).one_or_none()
    if known and known.team in rules.sales.teams:
        return known.team, known.owner
    team = next(iter(rules.sales.teams))
    given = give(conn, desk, rules, lead_id, team)
    return given.team, given.user
