"""Leads held at the door: the rest of a canary, and those of whom far more come than were expected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from nurture.domain.campaign import Campaign
from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.services.scans.plan import CANARY, SURPLUS
from nurture.store.columns import new_id
from nurture.store.tables import held_leads, journeys, scans
from nurture.store.upserts import insert_unless_there

DRAINING = "draining"
"""Why people wait while those on an older version finish."""


class NothingHeld(NurtureError):
    """The campaign holds nobody for this reason."""


LEADS = func.count(held_leads.c.lead_id.distinct())
"""One may be held for several reasons to come in."""


def held_for(conn: Connection, campaign: Campaign, lead_id: str, now: datetime) -> str | None:
    """Why the lead must wait; costs nothing where the file says neither ``expect`` nor ``canary``."""
    enrol = campaign.enrol
    if enrol.canary and not enrol.canary.has(campaign.name, lead_id):
        scan = _scan(conn, CANARY, campaign.name)
        if scan is None or not scan.ready:
            return CANARY
    if enrol.expect:
        scan = _scan(conn, SURPLUS, campaign.name)
        if scan and scan.ready and scan.began > now - enrol.expect.span:
            return None
        recent = select(journeys.c.id).where(
            journeys.c.campaign == campaign.name, journeys.c.entered_at > now - enrol.expect.span
        )
        counted = select(func.count()).select_from(recent.limit(enrol.expect.most).subquery())
        if conn.execute(counted).scalar_one() >= enrol.expect.most:
            return SURPLUS
    return None


def hold_at_door(
    conn: Connection, campaign: str, lead_id: str, cause: str, key: str, reason: str, now: datetime
) -> None:
    row = {"id": new_id(), "campaign": campaign, "lead_id": lead_id, "cause": cause, "key": key}
    conn.execute(insert_unless_there(conn, held_leads, {**row, "reason": reason, "at": now}))


def let_go(conn: Connection, desk: Desk, campaign: str, reason: str) -> int:
    """The relay lets them in from now on, page by page; how many there are. Raises NothingHeld."""
    now = desk.clock.now(conn)
    moved = update(scans).where(scans.c.name == f"{reason} {campaign}")
    found = conn.execute(moved.values(due=now, began=now, ready=True, after=None)).rowcount
    if not found:
        what = {CANARY: "`canary`", SURPLUS: "`expect`"}[reason]
        raise NothingHeld(
            f"The campaign {campaign} has no {what} that is published.", "Nobody is held at its door."
        )
    count = select(LEADS).where(held_leads.c.campaign == campaign, held_leads.c.reason == reason)
    return int(conn.execute(count).scalar_one())


def held_counts(conn: Connection) -> list[dict[str, Any]]:
    """Campaign, reason, count and since when, of all that hold somebody."""
    columns = held_leads.c.campaign, held_leads.c.reason
    query = select(*columns, LEADS.label("count"), func.min(held_leads.c.at).label("since"))
    rows = conn.execute(query.group_by(*columns).order_by(*columns))
    return [dict(row._mapping) for row in rows]


def page_of(conn: Connection, campaign: str, reason: str, many: int) -> list[Row[Any]]:
    """The next to be let in, in the order of the locks; they are no longer held."""
    query = select(held_leads).where(held_leads.c.campaign == campaign, held_leads.c.reason == reason)
    rows = list(conn.execute(query.order_by(held_leads.c.lead_id).limit(many)))
    conn.execute(held_leads.delete().where(held_leads.c.id.in_([row.id for row in rows])))
    return rows


def _scan(conn: Connection, reason: str, campaign: str) -> Row[Any] | None:
    return conn.execute(select(scans).where(scans.c.name == f"{reason} {campaign}")).one_or_none()
