"""Several people of one company who click at once at one address: their gateway, not they."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from nurture.store.tables import events, leads

CROWD = 5
"""Leads of one company."""
WITHIN = timedelta(seconds=60)
MOST = 2000
"""Clicks of a company that are looked at."""


@dataclass(frozen=True)
class Crowds:
    """Address -> who clicked there, and when: of one company, around the clicks of one mail."""

    clicks: Mapping[str, Sequence[tuple[datetime, str]]]

    @classmethod
    def of(cls, conn: Connection, lead_id: str | None, times: Sequence[datetime]) -> Crowds:
        """Of a lead without a company: nobody."""
        account = select(leads.c.account_id).where(leads.c.id == lead_id)
        if not times or lead_id is None or (company := conn.scalar(account)) is None:
            return cls({})
        colleagues = select(leads.c.id).where(leads.c.account_id == company)
        around = events.c.occurred_at.between(min(times) - WITHIN, max(times) + WITHIN)
        query = select(events.c.lead_id, events.c.occurred_at, events.c.data).where(
            events.c.lead_id.in_(colleagues), events.c.type == "email.clicked", around
        )
        found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        for row in conn.execute(query.limit(MOST)):
            data = row.data or {}
            if (ip := data.get("ip")) and not data.get("within"):
                found[str(ip)].append((row.occurred_at, row.lead_id))
        return cls(found)

    def around(self, ip: str, at: datetime) -> bool:
        who = {lead for when, lead in self.clicks.get(ip, ()) if abs(when - at) <= WITHIN}
        return len(who) >= CROWD
