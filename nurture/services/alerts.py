"""What a campaign tells our own people: a mail to each, through the ledger, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from nurture.services.desk import Desk
from nurture.services.gathering import LEAD, about, note
from nurture.services.notices import tell_address
from nurture.store.tables import leads, users

SUBJECT_AT_MOST = 80
"""Characters."""


def alert(conn: Connection, desk: Desk, lead_id: str, value: Mapping[str, Any], origin: str) -> None:
    """``value``: of `notify` in the file. ``origin``: ``{journey}/{step}/{visit}/notify``."""
    journey, step, visit, *_ = origin.split("/")
    if "digest" in value:
        note(conn, desk, lead_id, value, f"notify/{journey}/{step}/{visit}", list(_recipients(conn, value)))
        return
    lead = conn.execute(LEAD.where(leads.c.id == lead_id)).one()
    subject = str(value["text"]).split("\n")[0][:SUBJECT_AT_MOST]
    text = f"{value['text']}\n\n{about(lead)}\n"
    for number, email in enumerate(dict.fromkeys(_recipients(conn, value)), 1):
        tell_address(conn, desk, f"notify/{journey}/{step}/{visit}/{number}", email, subject, text)


def _recipients(conn: Connection, value: Mapping[str, Any]) -> Iterator[str]:
    if "team" in value:
        of_team = users.c.team == value["team"], users.c.active.is_(True)
        yield from conn.scalars(select(users.c.email).where(*of_team).order_by(users.c.email))
    for key in ("to", "cc"):
        given = value.get(key, ())
        yield from [given] if isinstance(given, str) else given
