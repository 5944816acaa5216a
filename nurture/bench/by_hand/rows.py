"""The hand-written campaign's own rows: one enrolment per lead, and the same ledger of mails behind the same
gates that protect the sender."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, insert, select, update

from nurture.bench.campaign import CAMPAIGN, MESSAGES
from nurture.services import ledger
from nurture.services.desk import Desk
from nurture.services.gates import installed
from nurture.services.hold import standstill_of
from nurture.services.ledger import InHand
from nurture.services.rates import take
from nurture.services.suppress import suppressed
from nurture.store.columns import Id, Utc, new_id
from nurture.store.tables import leads

metadata = MetaData()
enrolments = Table(
    "by_hand_enrolments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("lead_id", Id, nullable=False, unique=True),
    Column("state", String(10), nullable=False, default="open"),
    Column("mails", Integer, nullable=False, default=0),
    Column("changed_at", Utc, nullable=False),
)


@dataclass(frozen=True)
class Mail:
    send_id: str
    owner: str
    lead_id: str
    message: str
    email: str
    lead: dict[str, Any]


class NotNow(Exception):
    """On hold, paused or faster than allowed: Temporal tries again."""


def enrol(conn: Connection, lead_ids: Sequence[str]) -> list[str]:
    now = datetime.now(UTC)
    rows = [
        {"id": new_id(), "lead_id": lead, "state": "open", "mails": 0, "changed_at": now} for lead in lead_ids
    ]
    conn.execute(insert(enrolments), rows)
    return [str(row["id"]) for row in rows]


def begin(conn: Connection, desk: Desk, enrolment: str, number: int, owner: str) -> Mail | bool:
    """The claimed mail, or whether the campaign goes on without it."""
    query = select(enrolments.c.state, leads).join(leads, leads.c.id == enrolments.c.lead_id)
    lead = conn.execute(query.where(enrolments.c.id == enrolment)).one()
    if lead.state != "open":
        return False
    if lead.fields.get("customer") or suppressed(conn, desk.secrets, lead.email, CAMPAIGN):
        _advance(conn, enrolment, number, "left")
        return False
    message = MESSAGES[number]
    key = f"{enrolment}/{message}/1/send"
    here = installed(conn, CAMPAIGN, key)
    if here.state in ("sent", "bounced", "unknown"):
        return True
    if standstill_of(here, desk.base_url, desk.namespace) or here.campaign_state == "paused":
        raise NotNow
    if take(conn, desk.purse, f"send.{desk.provider}", desk.send_rate):
        raise NotNow
    found = here if here.id else None
    now = datetime.now(UTC)
    values = {"lead_id": lead.id, "campaign": CAMPAIGN, "step": message, "visit": 1, "message": message}
    send_id = ledger.claim(conn, key, owner, {**values, "kind": "marketing", "answers": None}, now, found)
    known = {name: getattr(lead, name) for name in ("email", "first_name", "last_name", "zone")}
    return Mail(send_id, owner, lead.id, message, lead.email, {**known, **lead.fields})


def mark(conn: Connection, desk: Desk, mail: Mail, values: dict[str, Any]) -> bool:
    in_hand = InHand(mail.send_id, mail.owner, mail.email, CAMPAIGN, None)
    return ledger.mark_in_flight(conn, desk, in_hand, values)


def finish(
    conn: Connection, enrolment: str, number: int, mail: Mail, state: str, values: dict[str, Any]
) -> bool:
    ledger.settle(conn, mail.send_id, mail.owner, state, values)
    _advance(conn, enrolment, number, "open" if number + 1 < len(MESSAGES) else "done")
    return True


def open_ones(conn: Connection) -> int:
    return conn.execute(select(func.count()).where(enrolments.c.state == "open")).scalar_one()


def _advance(conn: Connection, enrolment: str, number: int, state: str) -> None:
    values = {"state": state, "mails": number + 1, "changed_at": datetime.now(UTC)}
    conn.execute(update(enrolments).where(enrolments.c.id == enrolment).values(values))
