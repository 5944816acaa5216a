"""Leads whom sales has and gives back: left in peace meanwhile, a rest after it, and a way back in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, insert, select, update

from nurture.domain.reasons import follows
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.with_sales import HOLD
from nurture.services.changes import announce
from nurture.services.desk import Desk
from nurture.services.enrol import NotPublished, enrol
from nurture.services.facts import lead_row, zone_of
from nurture.services.leads import resolve
from nurture.services.library import Rules, Unreadable
from nurture.services.wakes import Spread, queue
from nurture.store.columns import new_id
from nurture.store.tables import handoffs, journeys, leads, points, returns
from nurture.store.upserts import insert_unless_there

AT_ONCE = Spread(rate=1000)
LATER = timedelta(minutes=10)
"""Until what ended in a bug is tried again."""
WAITING = "waiting"


def keep_in_peace(conn: Connection, rules: Rules, lead_id: str, now: datetime) -> None:
    """From now on somebody of sales has the lead."""
    whose = _whose(conn, rules, lead_id)
    conn.execute(update(leads).where(whose, leads.c.handed_at.is_(None)).values(handed_at=now))
    coming = returns.c.lead_id == resolve(conn, lead_id), returns.c.state == WAITING
    conn.execute(update(returns).where(*coming).values(state="cancelled", done_at=now))


def let_go(conn: Connection, rules: Rules, lead_id: str, now: datetime) -> None:
    """A handoff of the lead is closed: if none is open any more, what was held goes on."""
    whose = _whose(conn, rules, lead_id)
    theirs = select(leads.c.id).where(whose)
    still = select(handoffs.c.id).where(
        handoffs.c.lead_id.in_(theirs), handoffs.c.state == "open", handoffs.c.kind == "handoff"
    )
    if conn.execute(still.limit(1)).first():
        return
    freed = update(leads).where(whose, leads.c.handed_at.is_not(None)).values(handed_at=None)
    if not conn.execute(freed).rowcount:
        return
    held = journeys.c.lead_id.in_(theirs), journeys.c.state == "open", journeys.c.hold == HOLD
    waking = sorted(conn.scalars(select(journeys.c.id).where(*held)))
    conn.execute(update(journeys).where(journeys.c.id.in_(waking)).values(due=now))
    queue(conn, waking, AT_ONCE, due=True)


def give_back(
    conn: Connection, desk: Desk, rules: Rules, task: Row[Any], given: Any, origin: str, now: datetime
) -> None:
    """What follows a rejection, or a return. ``given``: the answer."""
    reason = rules.sales.after(given.word, given.reason)
    zone = zone_of(lead_row(conn, task.lead_id), rules.dictionary)
    found = follows(reason, now, zone, given.until, own=_own(conn, desk, task))
    if reason.score:
        _points(conn, task, str(given.reason or given.word), reason.score, origin, now)
    if found.rests_until:
        resting = update(leads).where(leads.c.id == task.lead_id)
        conn.execute(resting.values(rests_until=found.rests_until, updated_at=now))
    if found.enters and found.at:
        row = {"id": new_id(), "lead_id": task.lead_id, "handoff_id": task.id, "campaign": found.enters}
        conn.execute(insert(returns).values(**row, due=found.at, state=WAITING))


def bring_back(conn: Connection, desk: Desk) -> int:
    """The next lead whose rest is over comes into the campaign that the sales policy names. 0: nobody."""
    now = desk.clock.now(conn)
    row = conn.execute(_next(now)).one_or_none()
    if row is None:
        return 0
    reason = _enter(conn, desk, row)
    state = "refused" if reason else "entered"
    done = update(returns).where(returns.c.id == row.id, returns.c.state == WAITING)
    return conn.execute(done.values(state=state, reason=reason, done_at=now)).rowcount


def put_off_return(conn: Connection, desk: Desk) -> None:
    """The next one ends in a bug: the others go first."""
    now = desk.clock.now(conn)
    if row := conn.execute(_next(now)).one_or_none():
        conn.execute(update(returns).where(returns.c.id == row.id).values(due=now + LATER))


def _next(now: datetime) -> Select[Any]:
    over = select(returns).where(returns.c.state == WAITING, returns.c.due <= now)
    return over.order_by(returns.c.due, returns.c.id).limit(1)


def _enter(conn: Connection, desk: Desk, row: Row[Any]) -> str | None:
    """Why not, in words."""
    try:
        return enrol(conn, desk, row.campaign, resolve(conn, row.lead_id), f"return:{row.id}").refused
    except (NotPublished, Unreadable) as error:
        return str(error)[:200]


def _own(conn: Connection, desk: Desk, task: Row[Any]) -> bool:
    """Whether the campaign has a ``rejected:`` arm of its own."""
    version = conn.scalar(select(journeys.c.version).where(journeys.c.id == task.journey_id))
    published = desk.library.readable(conn, str(version)) if version else None
    step = published.campaign.steps.get(task.step) if published else None
    return isinstance(step, Awaiting) and "rejected" in step.arms()


def _points(conn: Connection, task: Row[Any], why: str, score: int, origin: str, now: datetime) -> None:
    row = {"id": new_id(), "lead_id": task.lead_id, "rule": f"sales {why}", "points": float(score)}
    row |= {"at": now, "policy": "", "key": f"{origin}/score", "event_id": None}
    if conn.execute(insert_unless_there(conn, points, row)).rowcount:
        announce(conn, task.lead_id, "score.changed", {"points": score}, f"{origin}/score", now)


def _whose(conn: Connection, rules: Rules, lead_id: str) -> ColumnElement[bool]:
    lead_id = resolve(conn, lead_id)
    if not rules.sales.company:
        return leads.c.id == lead_id
    account = conn.scalar(select(leads.c.account_id).where(leads.c.id == lead_id))
    return leads.c.account_id == account if account else leads.c.id == lead_id
