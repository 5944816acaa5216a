"""What is true after the healing: the sink's log against the ledger and the journeys, to the unit.

The sink is the only judge of what a lead got. Nothing here looks at how anything was sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.delivery.catcher import CaughtSummary
from nurture.store.tables import journeys, sends

OPEN = ("pending", "claimed", "inflight", "retry")
UNDELIVERED = ("bounced", "unknown", "cancelled", "given_up")


@dataclass(frozen=True)
class Books:
    """The rows that count."""

    journeys: Sequence[Row[Any]]
    sends: Sequence[Row[Any]]


@dataclass
class Account:
    """Every mail that the campaigns promise, in one of these; what must be empty or 0 comes first."""

    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Not delivered, and no row says why."""
    false: list[str] = field(default_factory=list)
    """Rows that claim what the sink does not know, or the other way round."""
    unsettled: list[str] = field(default_factory=list)
    expected: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """delivered, bounced, cancelled, unknown, given_up: the sum is ``expected``."""
    unknown_but_delivered: int = 0

    @property
    def problems(self) -> list[str]:
        named = {
            "duplicates": self.duplicates,
            "lost": self.lost,
            "false": self.false,
            "unsettled": self.unsettled,
        }
        found = [f"{len(rows)} {name}: {rows[:5]}" for name, rows in named.items() if rows]
        if self.counts.total() != self.expected:
            found.append(f"expected {self.expected}, accounted for {self.counts.total()}")
        return found

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        more = f"; of the unknown {self.unknown_but_delivered} had arrived" if self.counts["unknown"] else ""
        duplicates = f"{len(self.duplicates)} duplicates, {len(self.lost)} lost"
        return f"expected {self.expected} = {counts}{more}; {duplicates}"


def books(conn: Connection) -> Books:
    return Books(conn.execute(select(journeys)).all(), conn.execute(select(sends)).all())


def account(found: Books, caught: Iterable[CaughtSummary], steps: Sequence[str]) -> Account:
    """``steps``: the mails that every journey of ``found`` sends on its way to the end."""
    caught = list(caught)
    result = Account(expected=len(found.journeys) * len(steps))
    by_id = Counter(mail.message_id for mail in caught)
    twice = Counter((mail.recipient, mail.subject) for mail in caught)
    result.duplicates = [name for name, count in by_id.items() if count > 1]
    result.duplicates += [f"{to}: {about}" for (to, about), count in twice.items() if count > 1]
    _compare(result, found, by_id)
    rows = {(row.journey_id, row.step): row for row in found.sends}
    for journey in found.journeys:
        for step in steps:
            result.counts[_classify(result, journey, step, rows.get((journey.id, step)), by_id)] += 1
    return result


def _compare(result: Account, found: Books, by_id: Counter[str]) -> None:
    known = {row.message_id for row in found.sends}
    result.false += [f"not in the ledger: {name}" for name in by_id if name not in known]
    for row in found.sends:
        arrived = by_id[row.message_id] > 0
        if row.state == "sent" and not arrived:
            result.false.append(f"sent but never arrived: {row.key}")
        elif arrived and row.state not in ("sent", "unknown"):
            result.false.append(f"arrived but {row.state}: {row.key}")
        if row.state in OPEN:
            result.unsettled.append(f"{row.state}: {row.key}")
        result.unknown_but_delivered += row.state == "unknown" and arrived


def _classify(
    result: Account, journey: Row[Any], step: str, row: Row[Any] | None, by_id: Counter[str]
) -> str:
    if row is not None and row.state == "unknown":
        return "unknown"
    if row is not None and by_id[row.message_id]:
        return "delivered"
    if row is not None and row.state in UNDELIVERED:
        return str(row.state)
    if row is None and journey.outcome == "bounced":
        return "cancelled"
    result.lost.append(f"{journey.id}/{step}")
    return "lost"
