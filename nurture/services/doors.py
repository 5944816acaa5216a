"""What happened to a lead, and the campaigns that it opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.library import Rules
from nurture.store.tables import campaigns


def open_doors(conn: Connection, desk: Desk, rules: Rules, lead_id: str, rows: Sequence[Row[Any]]) -> None:
    """``rows``: events that people made, in order of time."""
    happenings = rules.dictionary.happenings
    for live in conn.execute(select(campaigns).where(campaigns.c.state == "live")).all():
        rule = desk.library.campaign(conn, live.live).campaign.enrol
        for row in rows:
            data = row.data or {}
            if rule.opened_by(row.type, data, happenings):
                enrol(conn, desk, live.name, lead_id, f"event:{row.id}", rule.key_of(data))
