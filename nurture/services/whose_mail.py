"""Which of our mails something that was told is about, and whose it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Row, select

from nurture.delivery.addresses import mailbox_name
from nurture.delivery.numbers import providers_number
from nurture.domain.mail_events import NO_MAIL_PLEASE, MailEvent, Told
from nurture.services.leads import resolve
from nurture.services.replies import OUT
from nurture.store.tables import leads, sends

OF_SEND = tuple(
    sends.c[name] for name in ("id", "lead_id", "campaign", "step", "state", "recipient", "provider")
)
WROTE_WITHIN = timedelta(days=60)
"""How long ago our latest mail to somebody may be, so that what they write counts as an answer to it."""
LOOKED_AT = 20
OF_A_COMPLAINT = "arf "


def send_of(conn: Connection, event: MailEvent) -> Row[Any] | None:
    """By our own id, else by the provider's, else by the Message-ID. Whoever proves nothing must know a
    number that cannot be guessed, as a mail server's can, and be whom we wrote to."""
    if event.proved:
        return _proved(conn, event)
    numbers = [number.strip("<>") for number in (event.remote_id, *reversed(event.also)) if number]
    theirs = {number: known for number in numbers if (known := providers_number(number))}
    found = sends_of(conn, numbers, list(theirs.values()))
    for number in numbers:
        send = found.get(f"<{number}>") or found.get(theirs.get(number, ""))
        if send is not None and (_same(send, event) or _of_nobody(event)):
            return send
    return None


def sends_of(conn: Connection, ours: Collection[str], theirs: Collection[str]) -> dict[str, Row[Any]]:
    """By the Message-ID in its brackets, and by the provider's number."""
    found: dict[str, Row[Any]] = {}
    if ours:
        given = select(*OF_SEND, sends.c.message_id)
        named = given.where(sends.c.message_id.in_([f"<{number}>" for number in ours]))
        found |= {row.message_id: row for row in conn.execute(named)}
    if theirs:
        kept = select(*OF_SEND, sends.c.provider_message_id).where(sends.c.provider_message_id.in_(theirs))
        found |= {row.provider_message_id: row for row in conn.execute(kept)}
    return found


def answered_by_address(conn: Connection, event: MailEvent, now: datetime) -> Row[Any] | None:
    """The latest mail to the only lead who has the address that something was written from by a person, where
    nothing else tells what it answers. Anybody can write in that name: it proves nothing."""
    by_hand = event.told is Told.ANSWERED or event.name == NO_MAIL_PLEASE
    if event.proved or not by_hand or "@" not in event.recipient:
        return None
    lead = _lead_at(conn, event.recipient)
    if lead is None:
        return None
    latest = (
        select(*OF_SEND)
        .where(sends.c.lead_id == lead, sends.c.via == "mail", sends.c.state.in_(OUT))
        .where(sends.c.created_at > now - WROTE_WITHIN)
        .order_by(sends.c.created_at.desc(), sends.c.id.desc())
        .limit(LOOKED_AT)
    )
    return next((send for send in conn.execute(latest) if _same(send, event)), None)


def lead_of(conn: Connection, event: MailEvent, send: Row[Any] | None) -> str | None:
    if send is not None:
        return resolve(conn, send.lead_id) if send.lead_id else None
    return _lead_at(conn, event.recipient) if event.proved and event.recipient else None


def _lead_at(conn: Connection, address: str) -> str | None:
    known = select(leads.c.id).where(leads.c.email == address, leads.c.erased_at.is_(None))
    found = conn.scalar(known)
    return resolve(conn, found) if found else None


def _of_nobody(event: MailEvent) -> bool:
    """A complaint that does not say whose: who knows the number of that mail had it, and with it the link by
    which anybody who has it ends our mails to that address."""
    told = event.told in (Told.COMPLAINED, Told.UNSUBSCRIBED) and event.name.startswith(OF_A_COMPLAINT)
    return told and not event.recipient


def _same(send: Row[Any], event: MailEvent) -> bool:
    to = mailbox_name(str(send.recipient or ""))
    return bool(to) and to == mailbox_name(event.recipient)


def _proved(conn: Connection, event: MailEvent) -> Row[Any] | None:
    query = select(*OF_SEND)
    if event.send_id and (found := conn.execute(query.where(sends.c.id == event.send_id)).one_or_none()):
        return found
    if not event.remote_id:
        return None
    number = event.remote_id.strip("<>")
    columns: Sequence[tuple[Column[Any], str]] = (
        (sends.c.provider_message_id, number),
        (sends.c.message_id, f"<{number}>"),
    )
    for column, given in columns:
        if found := conn.execute(query.where(column == given).limit(1)).one_or_none():
            return found
    return None
