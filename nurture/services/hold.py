"""Stopping everything outgoing, on all machines: a row that each send reads when it is marked in flight."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.services.adopt import copied
from nurture.store.tables import installation

SOONEST, LATEST = timedelta(minutes=1), timedelta(minutes=15)
REASON_AT_MOST = 300
"""Characters."""


class NotHeld(NurtureError):
    """Nothing is on hold, so nothing can be released."""


class ReasonWrong(NurtureError):
    """A hold needs a reason that the others can read."""


@dataclass(frozen=True)
class Standstill:
    """Why nothing goes out now. kind: ``held``, ``restored`` or ``copy``."""

    kind: str
    reason: str


def hold(conn: Connection, clock: Clock, reason: str) -> None:
    """A second hold only changes the reason: one release ends it."""
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonWrong("The reason is empty.", 'Say why, as in: nurture hold "wrong prices in the mail".')
    if len(reason) > REASON_AT_MOST:
        raise ReasonWrong(f"The reason is longer than {REASON_AT_MOST} characters.", "Make it shorter.")
    conn.execute(update(installation).values(held_for=reason, held_at=clock.now(conn)))


def release(conn: Connection) -> tuple[str, datetime]:
    """The reason of the hold that ended, and since when it was."""
    row = conn.execute(select(installation.c.held_for, installation.c.held_at)).one_or_none()
    if row is None or row.held_for is None:
        raise NotHeld("Nothing is on hold.", "")
    conn.execute(update(installation).values(held_for=None, held_at=None))
    return row.held_for, row.held_at


def look_again(row: Row[Any], journey: str, now: datetime) -> datetime:
    """When a journey that met a standstill looks whether it is over: in a minute, and in a long hold as much
    later as it has lasted, so that thousands neither ask all the time nor go on in the same minute.

    ``row``: the installation's."""
    lasted = now - row.held_at if row.held_for and row.held_at else SOONEST
    place = int.from_bytes(hashlib.sha256(journey.encode()).digest()[:4]) / 2**32
    return now + min(max(lasted, SOONEST), LATEST) * (0.5 + place / 2)


def standstill(conn: Connection, base_url: str, namespace: str) -> Standstill | None:
    """Everything that stops all sending, the most dangerous first; None: mail may go out."""
    row = conn.execute(select(installation)).one_or_none()
    return None if row is None else standstill_of(row, base_url, namespace)


def standstill_of(row: Row[Any], base_url: str, namespace: str) -> Standstill | None:
    """``row``: the installation's."""
    if reason := copied(row.base_url, row.namespace, base_url, namespace):
        return Standstill("copy", reason)
    if row.restored_at and (row.reconciled_at is None or row.reconciled_at < row.restored_at):
        return Standstill(
            "restored", "a backup was restored: run `nurture restore --reconcile` or `--accept`"
        )
    if row.held_for:
        return Standstill("held", row.held_for)
    return None
