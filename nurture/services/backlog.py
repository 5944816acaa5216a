"""Who was good enough before anybody was handed over: let in the best first, as the team has room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from nurture.domain.business_time import day_began
from nurture.domain.errors import NurtureError
from nurture.domain.scoring import total
from nurture.domain.steps.handoff import Handoff
from nurture.services.capacity import room
from nurture.services.desk import Desk
from nurture.services.enrol import NotPublished, enrol, live_version
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.services.leads import resolve
from nurture.services.library import Rules, Unreadable
from nurture.store.columns import new_id
from nurture.store.tables import backlog, handoffs, leads
from nurture.store.upserts import insert_unless_there

WAITING = "waiting"
AT_ONCE = 50
"""Let in within one transaction's round, where the policy sets no limit."""
PAST_SALES = ("SAL", "SQL", "opportunity", "customer", "disqualified")
MQL = "MQL"


class NoThreshold(NurtureError):
    """Nothing says who is good enough."""


class NoHandoff(NurtureError):
    """The campaign hands nobody over."""


def team_of(conn: Connection, desk: Desk, campaign: str) -> str:
    """To whom the live version hands over first. Raises NotPublished or NoHandoff."""
    steps = desk.library.campaign(conn, live_version(conn, campaign)).campaign.steps.values()
    found = next((step.team for step in steps if isinstance(step, Handoff)), None)
    if found is None:
        raise NoHandoff(f"The campaign {campaign} hands nobody over.", "Name one with a `handoff` step.")
    return found


def over_threshold(conn: Connection, desk: Desk) -> str:
    """The condition of who is good enough, if nothing else is said. Raises NoThreshold."""
    points = desk.library.rules(conn).scoring.thresholds.get(MQL)
    if points is None:
        raise NoThreshold("The scoring policy has no threshold for MQL.", 'Say who: --where "score >= 60".')
    return f"score >= {points}"


def put(conn: Connection, desk: Desk, campaign: str, team: str, lead_ids: Collection[str]) -> int:
    """How many are new in it. Whom sales has or had, and who is in it already, stays out."""
    rules, now, added = desk.library.rules(conn), desk.clock.now(conn), 0
    free = select(leads.c.id).where(
        leads.c.id.in_(lead_ids), leads.c.handed_at.is_(None), leads.c.stage.not_in(PAST_SALES)
    )
    for lead in sorted(conn.scalars(free)):
        row = {"id": new_id(), "lead_id": lead, "campaign": campaign, "team": team}
        row |= {"score": _score(conn, rules, lead, now), "state": WAITING, "created_at": now}
        added += conn.execute(insert_unless_there(conn, backlog, row)).rowcount
    return added


def release_due(conn: Connection, desk: Desk) -> Sequence[str]:
    """Who comes in now, the best first. Only reads."""
    teams = conn.scalars(select(backlog.c.team).where(backlog.c.state == WAITING).distinct()).all()
    rules = desk.library.rules(conn) if teams else None
    return [row for team in teams if rules for row in _next(conn, desk, rules, team)]


def release(conn: Connection, desk: Desk, row_id: str) -> bool:
    """Lets one in; if the campaign does not, the row says why."""
    row = conn.execute(
        select(backlog).where(backlog.c.id == row_id, backlog.c.state == WAITING)
    ).one_or_none()
    if row is None:
        return False
    refused = _enter(conn, desk, row)
    values = {"state": "refused" if refused else "entered", "reason": refused}
    change = update(backlog).where(backlog.c.id == row.id)
    conn.execute(change.values(**values, done_at=desk.clock.now(conn)))
    return refused is None


def standing(conn: Connection) -> list[dict[str, Any]]:
    """Campaign, team and how many wait, came in, were refused."""
    columns = backlog.c.campaign, backlog.c.team
    counted = [func.count().filter(backlog.c.state == state).label(state) for state in STATES]
    query = select(*columns, *counted).group_by(*columns).order_by(*columns)
    return [dict(row._mapping) for row in conn.execute(query)]


STATES = (WAITING, "entered", "refused")


def _next(conn: Connection, desk: Desk, rules: Rules, team: str) -> Sequence[str]:
    """As many as the team can take today, less those who are on their way or in its queue."""
    policy, now = rules.sales.teams.get(team), desk.clock.now(conn)
    if policy is None or policy.shadow:
        return []
    left = room(conn, rules, team, now)
    if left is not None:
        left -= _coming(conn, rules, team, now)
    query = select(backlog.c.id).where(backlog.c.state == WAITING, backlog.c.team == team)
    order = backlog.c.score.desc(), backlog.c.id
    return conn.scalars(query.order_by(*order).limit(max(0, AT_ONCE if left is None else left))).all()


def _coming(conn: Connection, rules: Rules, team: str, now: Any) -> int:
    """Let in today and not handed over yet, and those who wait in the queue."""
    began = day_began(now, rules.dictionary.company_zone, rules.calendars.company)
    let_in = select(func.count()).where(
        backlog.c.team == team,
        backlog.c.state == "entered",
        backlog.c.done_at >= began,
        backlog.c.lead_id.not_in(
            select(handoffs.c.lead_id).where(handoffs.c.team == team, handoffs.c.created_at >= began)
        ),
    )
    queued = select(func.count()).where(
        handoffs.c.team == team, handoffs.c.state == "open", handoffs.c.owner.is_(None)
    )
    return int(conn.scalar(let_in) or 0) + int(conn.scalar(queued) or 0)


def _enter(conn: Connection, desk: Desk, row: Row[Any]) -> str | None:
    try:
        cause = f"backlog:{row.id}"
        return enrol(conn, desk, row.campaign, resolve(conn, row.lead_id), cause, held=False).refused
    except (NotPublished, Unreadable) as error:
        return str(error)[:200]


def _score(conn: Connection, rules: Rules, lead: str, now: Any) -> float:
    fields = lead_fields(lead_row(conn, lead), rules.dictionary)
    return float(total(entries(conn, lead), rules.scoring, now, fields).total)
