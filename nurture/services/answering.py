"""A reply of a person: it holds the messages to them, makes a task, and is over when that is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from nurture.domain.replies import GO_ON, HOLD_COMPANY, TASK, on_reply
from nurture.services.desk import Desk
from nurture.services.handoffs import next_owner, tell_owner
from nurture.services.library import Rules
from nurture.services.wakes import Spread, queue
from nurture.store.columns import new_id
from nurture.store.tables import handoffs, journeys, leads, users
from nurture.store.upserts import insert_unless_there

REPLIED = "email.replied"
ASKED = "Wrote back: answer them"
AT_ONCE = Spread(rate=1000)


def take_reply(conn: Connection, desk: Desk, rules: Rules, lead_id: str, event: Row[Any]) -> None:
    """Holds what the company's or a campaign's `on_reply` says, and asks somebody to answer."""
    query = select(journeys).where(journeys.c.lead_id == lead_id, journeys.c.state == "open")
    found = conn.execute(query.order_by(journeys.c.id)).all()
    wants = [(row, _wanted(conn, desk, rules, row)) for row in found]
    holding = [row for row, want in wants if want != GO_ON]
    if not holding:
        return
    whose = (
        _company(conn, lead_id) if any(want == HOLD_COMPANY for _, want in wants) else leads.c.id == lead_id
    )
    conn.execute(update(leads).where(whose).values(replied_at=event.occurred_at))
    _ask(conn, desk, rules, holding[0], event)


def release(conn: Connection, lead_id: str, now: datetime) -> Sequence[str]:
    """Somebody has answered: what was held goes on."""
    conn.execute(update(leads).where(_company(conn, lead_id)).values(replied_at=None))
    of_them = journeys.c.lead_id.in_(select(leads.c.id).where(_company(conn, lead_id)))
    held = of_them, journeys.c.state == "open", journeys.c.hold == TASK
    waking = sorted(conn.scalars(select(journeys.c.id).where(*held)))
    conn.execute(update(journeys).where(journeys.c.id.in_(waking)).values(due=now))
    queue(conn, waking, AT_ONCE, due=True)
    return waking


def _wanted(conn: Connection, desk: Desk, rules: Rules, journey: Row[Any]) -> str:
    return on_reply(desk.library.campaign(conn, journey.version).campaign, rules.dictionary)


def _company(conn: Connection, lead_id: str) -> ColumnElement[bool]:
    account = conn.scalar(select(leads.c.account_id).where(leads.c.id == lead_id))
    return leads.c.account_id == account if account else leads.c.id == lead_id


def _ask(conn: Connection, desk: Desk, rules: Rules, journey: Row[Any], event: Row[Any]) -> None:
    waiting = handoffs.c.lead_id == journey.lead_id, handoffs.c.state == "open", handoffs.c.kind == TASK
    if conn.execute(select(handoffs.c.id).where(*waiting)).first() or not rules.sales.teams:
        return
    owner = select(leads.c.owner, users.c.team).join(users, users.c.id == leads.c.owner)
    known = conn.execute(owner.where(leads.c.id == journey.lead_id)).one_or_none()
    team = known.team if known and known.team in rules.sales.teams else next(iter(rules.sales.teams))
    row = {
        "id": new_id(),
        "key": f"{journey.id}/reply/{event.id}/task",
        "lead_id": journey.lead_id,
        "journey_id": journey.id,
        "step": TASK,
        "visit": 1,
        "kind": TASK,
        "team": team,
        "owner": known.owner if known and known.team == team else next_owner(conn, team),
        "context": {
            "why": "Wrote back: answer them",
            "campaign": journey.campaign,
            "task": TASK,
            "score": None,
        },
        "due": rules.sales.teams[team].due.span() + event.occurred_at,
        "created_at": event.occurred_at,
    }
    if conn.execute(insert_unless_there(conn, handoffs, row)).rowcount:
        tell_owner(conn, desk, str(row["id"]), "new/1", row["owner"], "Somebody wrote back")
