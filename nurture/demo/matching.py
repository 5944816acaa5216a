"""The ledger against the catcher: what we say was sent and what came, one to one by Message-ID."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from nurture.store.tables import sends

SENT = ("sent", "delivered", "complained")
APART = ("bounced", "unknown")


@dataclass(frozen=True)
class Match:
    sent: int
    """Rows of the ledger."""
    caught: int
    both: int
    not_caught: int
    not_in_ledger: int
    twice: int
    """Message-IDs that came more than once."""
    bounced: int
    unknown: int

    @property
    def holds(self) -> bool:
        return not (self.not_caught or self.not_in_ledger or self.twice)


def match(conn: Connection, caught: Iterable[str]) -> Match:
    """``caught``: Message-IDs. A mail of unknown fate may have come or not: neither is a fault."""
    came = Counter(caught)
    rows = {state: _message_ids(conn, state) for state in (*SENT, *APART)}
    sent = {found for state in SENT for found in rows[state]}
    return Match(
        sent=len(sent),
        caught=came.total(),
        both=len(sent & came.keys()),
        not_caught=len(sent - came.keys()),
        not_in_ledger=len(came.keys() - sent - set(rows["unknown"])),
        twice=sum(count > 1 for count in came.values()),
        bounced=len(rows["bounced"]),
        unknown=len(rows["unknown"]),
    )


def _message_ids(conn: Connection, state: str) -> list[str]:
    """One per row; a mail that was refused before its text has none."""
    return list(conn.scalars(select(func.coalesce(sends.c.message_id, "")).where(sends.c.state == state)))
