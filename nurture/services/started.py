"""What people of sales begin themselves: a message or a nurture, hands off a lead, a contact logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, insert, or_, select, update

from nurture.domain.with_sales import REST, STARTED
from nurture.services.answer import AnswerWrong
from nurture.services.changes import announce_all, lock_lead, own_event
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.leads import resolve
from nurture.services.touches import touch
from nurture.services.wakes import Spread, queue
from nurture.store.tables import accounts, handoffs, journeys, leads, timeline, users

AT_ONCE = Spread(rate=1000)
NOTE = 500
A_DAY = timedelta(days=1)
OURS = handoffs.c.kind == "handoff"
Contact = Literal["call", "visit", "fair"]
CONTACTS = {"call": "call.logged", "visit": "visit.logged", "fair": "fair.logged"}
SAID = {"call": "Called.", "visit": "Visited.", "fair": "Met at a fair."}


@dataclass(frozen=True)
class Logged:
    kind: Contact
    by: str
    """Id of the user."""
    at: datetime
    text: str = ""


def start(conn: Connection, desk: Desk, lead_id: str, campaign: str, by: str, nonce: str) -> None:
    """Lets the lead into a campaign in the name of ``by``, a user; consent, caps and the ledger hold as for
    every other mail, an open handoff does not. ``nonce``: makes it happen once. Raises AnswerWrong."""
    if campaign not in desk.library.rules(conn).sales.may_start:
        raise AnswerWrong(f"{campaign} is not for sales to start", "choose one of the list")
    lead_id = resolve(conn, lead_id)
    found = enrol(conn, desk, campaign, lead_id, f"{STARTED}{by}/{nonce}"[:200], held=False)
    if found.refused and found.refused != "known cause":
        raise AnswerWrong(f"{campaign} does not let them in: {found.refused}", "choose another")
    if found.journey:
        now = desk.clock.now(conn)
        version = conn.scalar(select(journeys.c.version).where(journeys.c.id == found.journey))
        title = desk.library.campaign(conn, str(version)).campaign.title
        _line(conn, lead_id, "note", f"Started: {title}", {"by": by}, now, found.journey)
        _acted(conn, lead_id, by, now)


def hands_off(
    conn: Connection, desk: Desk, lead_id: str, until: datetime | None, by: str, *, company: bool = False
) -> None:
    """No marketing message until then, to the lead or to all of the company; None: from now on again.
    Raises AnswerWrong."""
    lead, now = lock_lead(conn, resolve(conn, lead_id)), desk.clock.now(conn)
    if until is not None and until <= now:
        raise AnswerWrong("the day is over", "choose a later one")
    if company and lead.account_id is None:
        raise AnswerWrong("nothing is known of a company", "say it for the person")
    if company:
        conn.execute(update(accounts).where(accounts.c.id == lead.account_id).values(rests_until=until))
    else:
        conn.execute(update(leads).where(leads.c.id == lead.id).values(rests_until=until, updated_at=now))
    whose = leads.c.account_id == lead.account_id if company else leads.c.id == lead.id
    _look_again(conn, select(leads.c.id).where(whose), now)
    said = f"Hands off {'the company ' if company else ''}until {until:%d %b %Y}" if until else "Free again"
    _line(conn, lead.id, "note", said, {"by": by, "company": company}, now)


def log_contact(conn: Connection, desk: Desk, lead_id: str, logged: Logged) -> None:
    """An event of the lead, at the time when it was; the first act on an open task. Raises AnswerWrong."""
    lead, now = lock_lead(conn, resolve(conn, lead_id)), desk.clock.now(conn)
    if logged.at > now:
        raise AnswerWrong("the day has not come yet", "log what has been")
    said = " ".join(f"{SAID[logged.kind]} {logged.text}".replace("\0", "").split())[:NOTE]
    _line(conn, lead.id, "note", said, {"by": logged.by}, now)
    key = f"contact/{lead.id}/{logged.kind}/{logged.at.isoformat()}"
    event = own_event(lead.id, CONTACTS[logged.kind], {"by": logged.by}, key, now)
    announce_all(conn, [{**event, "occurred_at": logged.at}])
    _acted(conn, lead.id, logged.by, now, logged.at)


def _look_again(conn: Connection, whose: Any, now: datetime) -> None:
    """What a rest has held decides anew."""
    held = journeys.c.lead_id.in_(whose), journeys.c.state == "open", journeys.c.hold == REST
    waking = sorted(conn.scalars(select(journeys.c.id).where(*held)))
    conn.execute(update(journeys).where(journeys.c.id.in_(waking)).values(due=now))
    queue(conn, waking, AT_ONCE, due=True)


def _acted(conn: Connection, lead_id: str, by: str, now: datetime, at: datetime | None = None) -> None:
    """``at``: when, if it was not just now: what was before a task is no act on it. Of the day itself it is:
    nobody writes down the hour. A handoff is everybody's of the team."""
    theirs = handoffs.c.lead_id == lead_id, handoffs.c.state == "open", handoffs.c.joined_to.is_(None)
    team = handoffs.c.team == select(users.c.team).where(users.c.id == by).scalar_subquery()
    mine = or_(handoffs.c.owner == by, and_(team, or_(handoffs.c.owner.is_(None), OURS)))
    began = handoffs.c.created_at <= (at + A_DAY if at and at < now else now)
    for task in conn.execute(select(handoffs).where(*theirs, mine, began)).all():
        touch(conn, task, by, now)


def _line(
    conn: Connection,
    lead_id: str,
    kind: str,
    reason: str,
    detail: dict[str, Any],
    now: datetime,
    journey: str | None = None,
) -> None:
    row = {"lead_id": lead_id, "journey_id": journey, "at": now, "kind": kind, "reason": reason[:NOTE]}
    conn.execute(insert(timeline).values(**row, detail=detail))
