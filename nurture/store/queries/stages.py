"""The stages that a lead has been at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from nurture.store.tables import events

MOST = 50


def stages_of(conn: Connection, lead_id: str, until: datetime) -> Sequence[Any]:
    """Her moves, the latest first."""
    query = select(events.c.occurred_at, events.c.data).where(
        events.c.lead_id == lead_id, events.c.type == "stage.changed", events.c.occurred_at <= until
    )
    return conn.execute(query.order_by(events.c.occurred_at.desc(), events.c.id.desc()).limit(MOST)).all()
