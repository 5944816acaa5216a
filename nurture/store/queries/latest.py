"""What a lead did lately: of a flood no more than can be gone through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, select

from nurture.store.tables import events

MOST_LOOKED_AT = 20_000
"""Of one lead, the latest: what is asked of her takes as long with ten million events as with these."""


def latest_events(lead_id: str | BindParameter[str], until: datetime | None = None) -> Select[Any]:
    query = select(events).where(events.c.lead_id == lead_id)
    query = query.where(events.c.occurred_at <= until) if until else query
    return query.order_by(events.c.occurred_at.desc(), events.c.id.desc()).limit(MOST_LOOKED_AT)
