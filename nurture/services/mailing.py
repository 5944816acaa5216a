"""Who a mail is from, and which earlier one it follows in the same thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from nurture.delivery.source import MessageSource
from nurture.delivery.titles import titled
from nurture.domain.steps.send import OWNER, Send
from nurture.domain.with_sales import STARTED
from nurture.services.desk import Desk
from nurture.services.ledger import COUNTED
from nurture.services.turns import Opened
from nurture.store.tables import handoffs, sends, users

LANGUAGE = "lead.language"


@dataclass(frozen=True)
class Thread:
    """The mail that this one answers."""

    message_id: str
    source: MessageSource
    """Its text, for its subject."""


@dataclass(frozen=True)
class Sender:
    name: str
    address: str


def thread_of(conn: Connection, desk: Desk, turn: Opened, step: Send) -> Thread | None:
    """None: there is none, or the lead has not got it; then the mail stands alone."""
    if step.thread is None:
        return None
    query = (
        select(sends.c.message_id, sends.c.text_hash, sends.c.message)
        .where(sends.c.journey_id == turn.journey.id, sends.c.step == step.thread)
        .where(sends.c.state.in_(COUNTED), sends.c.message_id.is_not(None))
        .order_by(sends.c.visit.desc())
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    if row is None or row.text_hash is None:
        return None
    source, before = desk.library.message(conn, row.text_hash), turn.published.campaign.steps.get(step.thread)
    found = titled(source, before, row.message) if isinstance(before, Send) else source
    return Thread(row.message_id, found.spoken(turn.facts.fields.get(LANGUAGE)))


def sender_of(conn: Connection, turn: Opened, step: Send) -> Sender | None:
    """None: the company, as for every other mail."""
    started = turn.journey.cause.startswith(STARTED)
    if step.sender is None and not started:
        return None
    if started and step.sender in (None, OWNER):
        return _user(conn, turn.journey.cause.split("/")[1])
    if step.sender is None or step.sender == OWNER:
        return _owner(conn, turn.journey.lead_id)
    found = turn.rules.dictionary.senders.get(step.sender)
    return Sender(*found) if found else None


def _user(conn: Connection, user: str) -> Sender | None:
    """Who has started the journey writes in their own name."""
    row = conn.execute(select(users.c.name, users.c.email).where(users.c.id == user)).one_or_none()
    return Sender(row.name, row.email) if row else None


def booking_of(conn: Connection, turn: Opened, sender: Sender | None) -> Mapping[str, str]:
    """Who has the lead, or writes: name, address, and where a talk with them is booked."""
    own = sender or _owner(conn, turn.journey.lead_id)
    if own is None:
        return NOBODY
    member = turn.rules.sales.member(own.address.lower())
    return {"name": own.name, "address": own.address, "booking": (member and member.booking) or ""}


NOBODY = {"name": "", "address": "", "booking": ""}


def _owner(conn: Connection, lead_id: str) -> Sender | None:
    """Of the lead's latest task that has one."""
    query = (
        select(users.c.name, users.c.email)
        .join(handoffs, handoffs.c.owner == users.c.id)
        .where(handoffs.c.lead_id == lead_id)
        .order_by(handoffs.c.created_at.desc(), handoffs.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    return Sender(row.name, row.email) if row else None
