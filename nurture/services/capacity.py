"""How many leads a team can still take on this working day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from nurture.domain.business_time import day_began
from nurture.services.library import Rules
from nurture.store.tables import handoffs


def room(conn: Connection, rules: Rules, team: str, now: datetime) -> int | None:
    """None: the policy sets no limit. What was begun on a free day counts with the working day before it."""
    found = rules.sales.teams.get(team)
    if found is None or found.capacity is None:
        return None
    began = day_began(now, rules.dictionary.company_zone, rules.calendars.company)
    taken = select(func.count()).where(
        handoffs.c.team == team,
        handoffs.c.clock_at >= began,
        handoffs.c.kind == "handoff",
        handoffs.c.joined_to.is_(None),
    )
    return max(0, found.capacity - int(conn.scalar(taken) or 0))
