"""What a campaign tells our own people: a mail to each, through the ledger, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from nurture.services.desk import Desk
from nurture.services.notices import tell_address
from nurture.store.tables import accounts, leads, users

SUBJECT_AT_MOST = 80
"""Characters."""


def alert(conn: Connection, desk: Desk, lead_id: str, value: Mapping[str, Any], origin: str) -> None:
    """``value``: of `notify` in the file. ``origin``: ``{journey}/{step}/{visit}/notify``."""
    journey, step, visit, *_ = origin.split("/")
    lead = conn.execute(LEAD.where(leads.c.id == lead_id)).one()
    subject = str(value["text"]).split("\n")[0][:SUBJECT_AT_MOST]
    text = f"{value['text']}\n\n{_about(lead)}\n"
    for number, email in enumerate(dict.fromkeys(_recipients(conn, value)), 1):
        tell_address(conn, desk, f"notify/{journey}/{step}/{visit}/{number}", email, subject, text)


LEAD = select(
    leads.c.email, leads.c.first_name, leads.c.last_name, leads.c.stage, accounts.c.name, accounts.c.domain
).outerjoin(accounts, leads.c.account_id == accounts.c.id)


def _recipients(conn: Connection, value: Mapping[str, Any]) -> Iterator[str]:
    if "team" in value:
        of_team = users.c.team == value["team"], users.c.active.is_(True)
        yield from conn.scalars(select(users.c.email).where(*of_team).order_by(users.c.email))
    for key in ("to", "cc"):
        given = value.get(key, ())
        yield from [given] if isinstance(given, str) else given


def _about(lead: Any) -> str:
    name = " ".join(part for part in (lead.first_name, lead.last_name) if part)
    told = (name, lead.name or lead.domain, lead.email, lead.stage)
    return ", ".join(part for part in told if part)
