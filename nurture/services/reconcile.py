"""Settling mails of which nobody knows whether they arrived. None is ever sent again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Connection, exists, select, update

from nurture.clock import Clock
from nurture.services.desk import Desk
from nurture.services.gap import RESTORED
from nurture.services.ledger import NO_MORE
from nurture.store.tables import events, sends

GIVEN_UP_AFTER = timedelta(hours=24)
PROOFS = (
    "email.delivered",
    "email.opened",
    "email.clicked",
    "email.replied",
    "email.complained",
    "survey.answered",
)
"""What can only happen to a mail that arrived; a machine's visit proves it as well as a person's."""


def reconcile(conn: Connection, desk: Desk) -> int:
    """By what has happened since: a mail that somebody met was sent; after a day the others are given up.
    How many."""
    now = desk.clock.now(conn)
    ours = sends.c.state == "unknown", sends.c.reason.not_like(f"{RESTORED}%") | sends.c.reason.is_(None)
    proven = exists().where(events.c.send_id == sends.c.id, events.c.type.in_(PROOFS))
    found = (
        update(sends)
        .where(*ours, proven)
        .values(
            state="sent", reason="met by its reader", sent_at=sends.c.claimed_at, settled_at=now, **NO_MORE
        )
    )
    old = (
        update(sends)
        .where(*ours, ~proven, sends.c.settled_at < now - GIVEN_UP_AFTER)
        .values(state="given_up", settled_at=now, **NO_MORE)
    )
    return conn.execute(found).rowcount + conn.execute(old).rowcount


def settle_by_log(
    conn: Connection, clock: Clock, message_ids: Collection[str], complete: bool
) -> tuple[int, int]:
    """By the log of a mail server: (known as sent, known as not sent).

    ``complete``: the log is whole and settled, so that what it lacks was not sent; without that it stays
    unknown.
    """
    now = clock.now(conn)
    rows = conn.execute(select(sends.c.id, sends.c.message_id).where(sends.c.state == "unknown")).all()
    there = [row.id for row in rows if row.message_id in message_ids]
    missing = [row.id for row in rows if row.message_id not in message_ids] if complete else []
    known = update(sends).where(sends.c.state == "unknown")
    conn.execute(
        known.where(sends.c.id.in_(there)).values(
            state="sent", reason="in the server's log", sent_at=sends.c.claimed_at, settled_at=now, **NO_MORE
        )
    )
    conn.execute(
        known.where(sends.c.id.in_(missing)).values(
            state="given_up", reason="not in the log", settled_at=now, **NO_MORE
        )
    )
    return len(there), len(missing)
