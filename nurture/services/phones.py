"""Numbers for text messages: as they are dialled, and whether their owner wrote STOP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from nurture.clock import Clock
from nurture.services.suppress import suppress
from nurture.store.tables import leads

NUMBER = re.compile(r"^\+?\d{6,15}$")
STOP = frozenset({"stop", "stopall", "stopp", "unsubscribe", "cancel", "end", "quit", "arret"})
WROTE = "sms.replied"


def phone_of(fields: Mapping[str, Any]) -> str:
    """Without blanks and brackets; empty if it is no number."""
    bare = re.sub(r"[\s()./-]", "", str(fields.get("lead.phone", "")))
    return bare if NUMBER.match(bare) else ""


def stopped_by(conn: Connection, clock: Clock, secret: str, lead_id: str, data: Mapping[str, Any]) -> bool:
    """A text message that says STOP: nothing more goes to this number. True: it said so."""
    if str(data.get("text", "")).strip(" .!").lower() not in STOP:
        return False
    phone = conn.scalar(select(leads.c.phone).where(leads.c.id == lead_id))
    if number := phone_of({"lead.phone": phone or ""}):
        suppress(conn, clock, secret, number, "unsubscribed")
    return True
