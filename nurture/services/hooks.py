"""Webhooks of providers: kept as they came before anything is made of them, and read afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from nurture.domain.mail_events import MailEvent, Odd
from nurture.services.addresses import spellings
from nurture.services.desk import Desk
from nurture.services.feedback import book
from nurture.services.suppress import erased
from nurture.store.columns import new_id
from nurture.store.tables import inbox, leads, provider_events, sends
from nurture.store.upserts import Insert, unless_there

Kept = Literal["new", "again", "other"]
"""``other``: another body under a number that was used before, so nobody's honest repetition."""

HEADERS = ("content-type", "svix-id", "webhook-id", "x-amz-sns-message-type")
"""Those that are kept: none proves anything, or lets in."""
FETCHED = "smtp"
"""The source of mails that come in by themselves."""
AT_ONCE = 200
"""Events booked in one transaction."""
KEPT_FOR = timedelta(days=30)
EMPTIED_AT_ONCE = 500


@cache
def _keeping(dialect: str) -> Insert:
    """Made once: to make it and to compile it costs more than to keep a body."""
    return unless_there(dialect, inbox)


def keep(
    conn: Connection, desk: Desk, provider: str, number: str, headers: Mapping[str, str], body: bytes
) -> Kept:
    """``number``: of the call, as its provider proves it."""
    row = {
        "id": new_id(),
        "source": provider,
        "key": number,
        "headers": {name: headers[name] for name in HEADERS if name in headers},
        "body": body,
        "received_at": desk.clock.now(conn),
        "state": "new",
    }
    if conn.execute(_keeping(conn.dialect.name), row).rowcount:
        desk.reached("hooks/keeping")
        return "new"
    known = select(inbox.c.body).where(inbox.c.source == provider, inbox.c.key == number)
    before = conn.scalar(known)
    return "again" if before in (body, b"") else "other"


def keep_mail(conn: Connection, desk: Desk, number: str, raw: bytes) -> bool:
    """A mail fetched from a mailbox, to be read as if it had been posted to us. False: known already."""
    return keep(conn, desk, FETCHED, number, {}, raw) == "new"


def last_mail(conn: Connection, mailbox: str) -> int | None:
    """The highest UID that is kept of a mailbox, whose name and validity begin the numbers of its mails."""
    begins = inbox.c.key.startswith(f"{mailbox}/", autoescape=True)
    latest = select(inbox.c.key).where(inbox.c.source == FETCHED, begins).order_by(inbox.c.id.desc())
    key = conn.scalar(latest.limit(1))
    return int(key.rpartition("/")[2]) if key else None


def waiting(conn: Connection, provider: str) -> Row[Any] | None:
    query = select(inbox).where(inbox.c.state == "new", inbox.c.source == provider)
    return conn.execute(query.order_by(inbox.c.id).limit(1)).one_or_none()


def parts(found: Sequence[MailEvent | Odd]) -> Sequence[Sequence[MailEvent]]:
    events = [one for one in found if isinstance(one, MailEvent)]
    return [events[start : start + AT_ONCE] for start in range(0, len(events), AT_ONCE)]


def take(conn: Connection, desk: Desk, row: Row[Any], events: Sequence[MailEvent]) -> int:
    """Once more does no harm: after a crash the whole body is read again."""
    booked = book(conn, desk, row.source, events, row.id)
    desk.reached("hooks/taking")
    return booked


def close(conn: Connection, desk: Desk, row: Row[Any], found: Sequence[MailEvent | Odd]) -> None:
    """What could not be read stays for a person to look at: the audit names it. What tells of somebody who
    was erased is emptied at once."""
    state = "odd" if any(isinstance(one, Odd) for one in found) else "done"
    done: dict[str, Any] = {"state": state, "handled_at": desk.clock.now(conn)}
    addresses = {one.recipient for one in found if isinstance(one, MailEvent) and one.recipient}
    # Of one that is known by its return path no address is read, and stands in the body all the same.
    unnamed = {
        one.send_id for one in found if isinstance(one, MailEvent) and one.send_id and not one.recipient
    }
    if (addresses and erased(conn, desk.secrets, addresses)) or (unnamed and _of_erased(conn, unnamed)):
        done |= {"body": b"", "headers": None}
    conn.execute(update(inbox).where(inbox.c.id == row.id).values(done))


def _of_erased(conn: Connection, send_ids: Collection[str]) -> bool:
    theirs = leads.c.id == sends.c.lead_id, sends.c.id.in_(send_ids), leads.c.erased_at.is_not(None)
    return conn.execute(select(leads.c.id).where(*theirs).limit(1)).first() is not None


def forget(conn: Connection, desk: Desk) -> int:
    """Empties bodies that are a month old: they hold addresses. Their numbers stay."""
    old = (
        select(inbox.c.id)
        .where(inbox.c.handled_at < desk.clock.now(conn) - KEPT_FOR, inbox.c.body != b"")
        .limit(EMPTIED_AT_ONCE)
    )
    emptied = update(inbox).where(inbox.c.id.in_(conn.scalars(old).all())).values(body=b"")
    return conn.execute(emptied).rowcount


def forget_person(conn: Connection, lead_id: str, email: str) -> int:
    """Of somebody who is erased: the bodies that told of their mails are emptied, and no row can be found by
    the address; how many bodies. What is not read yet is left whole, as it may tell of others too."""
    theirs = provider_events.c.lead_id == lead_id
    known = set(conn.scalars(select(provider_events.c.inbox_id).where(theirs)).all()) - {None}
    unread = select(inbox.c.id, inbox.c.body).where(inbox.c.state == "odd", inbox.c.body != b"")
    named = [one.encode() for one in spellings(email.strip().lower()) if one]
    known |= {row.id for row in conn.execute(unread) if any(one in bytes(row.body).lower() for one in named)}
    empty = update(inbox).where(inbox.c.id.in_(known), inbox.c.state != "new", inbox.c.body != b"")
    conn.execute(update(provider_events).where(theirs).values(address=None))
    return conn.execute(empty.values(body=b"", headers=None)).rowcount
