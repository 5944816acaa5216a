"""People of sales who are away for a time, and who stands in: told in the inbox by themselves."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from nurture.services.answer import AnswerWrong
from nurture.services.desk import Desk
from nurture.services.owners import reassign
from nurture.store.tables import handoffs, users


def go_away(
    conn: Connection, desk: Desk, user: str, back_on: date, substitute: str | None, *, give: bool
) -> int:
    """Nothing goes to them before the day on which they are back. ``substitute``: who gets what is theirs;
    ``give``: also what is open now. How many tasks were given. Raises AnswerWrong."""
    now, until = desk.clock.now(conn), _begins(conn, desk, user, back_on)
    if until <= now:
        raise AnswerWrong("the day on which you are back is over", "choose a later one")
    if give and not substitute:
        raise AnswerWrong("nobody is named who gets your tasks", "choose who stands in")
    if substitute == user:
        raise AnswerWrong("nobody stands in for themselves", "choose somebody else")
    there = users.c.id == substitute, users.c.active.is_(True)
    if substitute and conn.execute(select(users.c.id).where(*there)).first() is None:
        raise AnswerWrong("nobody with this name takes leads", "choose a member of a team")
    values = {"away_until": until, "substitute": substitute}
    conn.execute(update(users).where(users.c.id == user).values(**values))
    return _give(conn, desk, user, str(substitute)) if give else 0


def come_back(conn: Connection, user: str) -> None:
    conn.execute(update(users).where(users.c.id == user).values(away_until=None, substitute=None))


def _give(conn: Connection, desk: Desk, user: str, to: str) -> int:
    """In the order of the leads, which are locked one after the other."""
    theirs = handoffs.c.owner == user, handoffs.c.state == "open", handoffs.c.joined_to.is_(None)
    query = select(handoffs.c.id, handoffs.c.version).where(*theirs).order_by(handoffs.c.lead_id)
    found = conn.execute(query).all()
    for task in found:
        reassign(conn, desk, task.id, task.version, to, user)
    return len(found)


def _begins(conn: Connection, desk: Desk, user: str, day: date) -> datetime:
    rules = desk.library.rules(conn)
    member = rules.sales.member(conn.scalar(select(users.c.email).where(users.c.id == user)))
    company = rules.dictionary.company_zone
    zone: ZoneInfo = member.clock(company) if member else company
    return datetime.combine(day, time(), zone)
