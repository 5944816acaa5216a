"""Which of our mails a reply answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from nurture.store.tables import sends

REPLIED = "email.replied"
OUT = ("sent", "delivered", "unknown", "inflight", "complained")
"""States of a mail that may have reached somebody."""


def replied_to(conn: Connection, lead_id: str, data: Mapping[str, Any]) -> str | None:
    """The send whose Message-ID the reply names (``data.in_reply_to``), else the latest mail to the lead."""
    given = str(data.get("in_reply_to") or "").strip().strip("<>")
    mine = select(sends.c.id).where(sends.c.lead_id == lead_id)
    if given:
        named: str | None = conn.scalar(mine.where(sends.c.message_id.in_([given, f"<{given}>"])))
        if named:
            return named
    latest = mine.where(sends.c.state.in_(OUT)).order_by(sends.c.created_at.desc(), sends.c.id.desc())
    found: str | None = conn.scalar(latest.limit(1))
    return found
