"""Mails of which nobody knows, asked for at the provider that was given them. None is ever sent again: what
it does not find may be there in an hour."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select, update

from nurture.delivery.asking import Doubt
from nurture.domain.mail_events import MailEvent
from nurture.services.channels import resting_ones
from nurture.services.desk import Desk
from nurture.services.feedback import book
from nurture.store.tables import sends

FIRST = timedelta(minutes=10)
"""From the moment when nobody knew: a provider notes a mail some time after it has taken it."""
GIVEN_UP_WITHIN = timedelta(hours=1)
"""Asked about once more when they are given up: nobody may have been here to ask in their day."""
MOST = 10_000


@dataclass(frozen=True)
class Unsettled:
    """``since``: when nobody knew, or when it was given up."""

    doubt: Doubt
    account: str
    since: datetime
    given_up: bool

    def due(self, now: datetime, asked: datetime | None) -> bool:
        """Each pause is as long as all the time before it: after 10 minutes, 20, 40 and so on."""
        if asked is None:
            return True
        if self.given_up:
            return asked < self.since
        return now - asked >= max(FIRST, asked - self.since)


@dataclass(frozen=True)
class Waiting:
    now: datetime
    mails: Sequence[Unsettled]


def due_now(conn: Connection, desk: Desk, accounts: Collection[str]) -> Waiting:
    """For a round: nothing of an account that rests."""
    return to_ask(conn, desk, set(accounts) - set(resting_ones(conn, accounts)))


def to_ask(
    conn: Connection,
    desk: Desk,
    accounts: Collection[str],
    after: timedelta = FIRST,
    given_up_within: timedelta = GIVEN_UP_WITHIN,
) -> Waiting:
    """What these accounts may be asked about, the oldest first."""
    now, row = desk.clock.now(conn), sends.c
    doubted = and_(row.state == "unknown", row.settled_at <= now - after)
    given_up = and_(row.state == "given_up", row.settled_at > now - given_up_within)
    query = (
        select(row.id, row.message_id, row.recipient, row.provider, row.state, row.claimed_at, row.settled_at)
        .where(or_(doubted, given_up), row.via == "mail", row.provider.in_(sorted(accounts)))
        .where(row.message_id.is_not(None), row.recipient.is_not(None), row.claimed_at.is_not(None))
        .order_by(row.settled_at)
        .limit(MOST)
    )
    found = conn.execute(query).all() if accounts else []
    return Waiting(
        now,
        [
            Unsettled(
                Doubt(one.id, one.message_id, one.recipient, one.claimed_at),
                one.provider,
                one.settled_at,
                one.state == "given_up",
            )
            for one in found
        ],
    )


def unknown_ones(conn: Connection) -> int:
    query = select(func.count()).select_from(sends).where(sends.c.state == "unknown")
    return int(conn.execute(query).scalar_one())


def settle(conn: Connection, desk: Desk, provider: str, about: Doubt, found: Sequence[MailEvent]) -> str:
    """The way of a webhook; the state of the mail after it."""
    book(conn, desk, provider, [replace(event, send_id=about.send_id) for event in found])
    number = next((event.remote_id.strip("<>") for event in found if event.remote_id), "")
    if number:  # later webhooks may name it by this alone
        ours = sends.c.id == about.send_id, sends.c.provider_message_id.is_(None)
        conn.execute(update(sends).where(*ours).values(provider_message_id=number[:250]))
    return str(conn.scalar(select(sends.c.state).where(sends.c.id == about.send_id)))
