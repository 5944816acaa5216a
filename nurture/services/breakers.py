"""What stops an account that does badly: complaints, bounces and refusals of the last day, as shares of what
it has handed over. The account stops, never a lead; a person resumes it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from nurture.delivery.provider import Verdict
from nurture.domain.accounts.breakers import BOUNCES, COMPLAINTS, REFUSALS, WINDOW, Breakers, Counts
from nurture.domain.mail_events import HARD, OURS, grade
from nurture.services.channels import end_rest, stop
from nurture.services.desk import Desk
from nurture.store.tables import account_hours, trips
from nurture.store.upserts import insert_unless_there

log = logging.getLogger("nurture.breakers")

HANDED = (Verdict.SENT, Verdict.BOUNCED, Verdict.UNKNOWN)
"""What counts as handed over. A mail that the other side put off counts when it goes."""
BLAMED = {HARD: BOUNCES, OURS: REFUSALS}
COLUMNS = ("handed", COMPLAINTS, BOUNCES, REFUSALS)


def breakers_of(desk: Desk) -> Breakers:
    return desk.accounts.breakers if desk.accounts else Breakers()


def handed(conn: Connection, desk: Desk, account: str) -> None:
    """One more mail; the account is stopped if enough are known now to say that it does badly. A stepped
    clock's hours say nothing."""
    if desk.clock.stepped:
        return
    due = desk.tally.add(account or desk.provider)
    write_down(conn, desk, due)
    for one in due:
        _judge(conn, desk, one)


def write_down(conn: Connection, desk: Desk, due: Mapping[str, int]) -> None:
    for account, count in due.items():
        _add(conn, account, desk.clock.now(conn), "handed", count)


def blame_bounce(conn: Connection, desk: Desk, account: str, reason: str) -> None:
    """Of a mail that bounced: what it says of the account, if anything."""
    if what := BLAMED.get(grade(reason)):
        blame(conn, desk, account, what)


def blame(conn: Connection, desk: Desk, account: str, what: str) -> None:
    """Counted at once, and the account stopped if that was one too many. The caller holds the lead's lock,
    or none at all: no lead is asked for after this."""
    if desk.clock.stepped:
        return
    account, now = account or desk.provider, desk.clock.now(conn)
    write_down(conn, desk, desk.tally.take())
    _add(conn, account, now, what, 1)
    _judge(conn, desk, account)


def _judge(conn: Connection, desk: Desk, account: str) -> None:
    now = desk.clock.now(conn)
    counts = lately(conn, now).get(account, Counts())
    why = breakers_of(desk).tripped(counts)
    if why is None or not stop(conn, desk, account, why):
        return
    values = {"account": account, "reason": why, "counts": asdict(counts), "at": now}
    conn.execute(insert(trips).values(values))
    said = {"account": account, "reason": why, **asdict(counts)}
    log.error("an account is stopped: mend the cause, then `nurture channels resume`", extra=said)


def lately(conn: Connection, now: datetime) -> dict[str, Counts]:
    """By account, what was written down of the last day."""
    sums = [func.sum(account_hours.c[name]).label(name) for name in COLUMNS]
    query = select(account_hours.c.account, *sums).where(account_hours.c.hour > now - WINDOW)
    found = conn.execute(query.group_by(account_hours.c.account))
    return {row.account: Counts(*(int(getattr(row, name)) for name in COLUMNS)) for row in found}


def resume(conn: Connection, desk: Desk, account: str, by: str) -> bool:
    """The account goes on and its breakers begin afresh; False: it was not resting. The journeys that wait
    for it are woken by ``channels.wake_rested``."""
    if not end_rest(conn, account):
        return False
    conn.execute(delete(account_hours).where(account_hours.c.account == account))
    open_ones = trips.c.account == account, trips.c.resumed_at.is_(None)
    ended = {"resumed_at": desk.clock.now(conn), "resumed_by": by}
    conn.execute(update(trips).where(*open_ones).values(ended))
    return True


def history(conn: Connection, most: int = 20) -> Sequence[Row[Any]]:
    """The latest trips, the newest first."""
    return conn.execute(select(trips).order_by(trips.c.id.desc()).limit(most)).all()


def forget(conn: Connection, now: datetime) -> None:
    """Hours that no breaker asks for any more."""
    conn.execute(delete(account_hours).where(account_hours.c.hour < now - 2 * WINDOW - timedelta(hours=1)))


def _add(conn: Connection, account: str, now: datetime, column: str, count: int) -> None:
    hour = now.replace(minute=0, second=0, microsecond=0)
    one = account_hours.c.account == account, account_hours.c.hour == hour
    more = update(account_hours).where(*one).values({column: account_hours.c[column] + count})
    if conn.execute(more).rowcount:
        return
    row = {"account": account, "hour": hour, **dict.fromkeys(COLUMNS, 0)}
    conn.execute(insert_unless_there(conn, account_hours, row))
    conn.execute(more)
    forget(conn, now)
