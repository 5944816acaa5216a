"""The stages that a lead has been at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from nurture.store.queries.latest import latest_events

MOST = 50


def stages_of(conn: Connection, lead_id: str, until: datetime) -> Sequence[Any]:
    """Her moves, the latest first."""
    row = latest_events(lead_id, until).subquery().c
    query = select(row.occurred_at, row.data).where(row.type == "stage.changed")
    return conn.execute(query.order_by(row.occurred_at.desc(), row.id.desc()).limit(MOST)).all()
