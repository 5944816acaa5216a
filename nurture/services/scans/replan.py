"""Looking again when a lead's dates let her in, because something of her has changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from nurture.domain.anchors import Anchor
from nurture.domain.campaign import Campaign
from nurture.domain.schedules import full_hour
from nurture.services.library import Rules
from nurture.services.scans.dates import note_dates
from nurture.services.scans.plan import AT, NEW_LEADS
from nurture.services.scans.run import INSTANT
from nurture.store.tables import scans

MOVES = frozenset({f"event:{NEW_LEADS}", "field:lead.zone", "field:lead.country", "field:account.country"})
"""A new lead; and what another zone or other holidays come with."""


def concerns(anchor: Anchor, tokens: set[str]) -> bool:
    return f"field:{anchor.field}" in tokens or not MOVES.isdisjoint(tokens)


def plan_dates(conn: Connection, rules: Rules, campaign: Campaign, lead_id: str, now: datetime) -> None:
    name = f"{AT} {campaign.name}"
    scan = conn.execute(select(scans).where(scans.c.name == name).with_for_update()).one_or_none()
    if scan is None:
        return
    at = note_dates(conn, rules, campaign, lead_id, scan.began)
    if at is None or not scan.ready:
        return
    due = full_hour(max(at, now + INSTANT))
    later = or_(scans.c.due.is_(None), scans.c.due > due)
    conn.execute(update(scans).where(scans.c.name == name, later).values(due=due))
