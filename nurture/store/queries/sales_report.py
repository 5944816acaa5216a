"""What sales did with the leads that were handed over, in numbers that add up to the tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.store.tables import handoffs, journeys, leads, users

NOBODY, UNKNOWN = "(nobody)", "(unknown)"
ACCEPTED, GIVEN_BACK = ("accepted", "qualified"), ("rejected", "returned")


@dataclass
class Line:
    """handed = open + accepted + given_back + expired + cancelled. Tasks that joined another are not counted:
    they share its answer."""

    name: str
    handed: int = 0
    open: int = 0
    accepted: int = 0
    """With those that were qualified."""
    qualified: int = 0
    given_back: int = 0
    expired: int = 0
    cancelled: int = 0
    met: int = 0
    missed: int = 0
    """Too late, or not yet and late already."""
    restarts: int = 0
    won: int = 0
    lost: int = 0
    amount: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    speed: list[float] = field(default_factory=list)
    """Seconds from the handing over to the first act of a person."""

    @property
    def acceptance(self) -> float | None:
        """Of those that were answered, or whose time ran out."""
        return _share(self.accepted, self.accepted + self.given_back + self.expired)

    @property
    def in_time(self) -> float | None:
        return _share(self.met, self.met + self.missed)

    @property
    def median_speed(self) -> timedelta | None:
        return timedelta(seconds=round(median(self.speed))) if self.speed else None

    @property
    def nine_of_ten(self) -> timedelta | None:
        if len(self.speed) < 2:
            return self.median_speed
        return timedelta(seconds=round(quantiles(self.speed, n=10, method="inclusive")[-1]))

    def add(self, row: Row[Any], now: datetime) -> None:
        self.handed += 1
        self._state(row)
        late = row.sla is None and row.touched_at is None and row.clock > 0
        self.met += row.sla == "met"
        self.missed += row.sla == "missed" or (late and row.state == "open" and row.due < now)
        self.restarts += max(0, row.clock - 1)
        self.won += row.deal == "won"
        self.lost += row.deal == "lost"
        self.amount += (row.amount or 0.0) if row.deal == "won" else 0.0
        if row.touched_at:
            self.speed.append((row.touched_at - row.created_at).total_seconds())

    def _state(self, row: Row[Any]) -> None:
        if row.state in ACCEPTED:
            self.accepted += 1
            self.qualified += row.state == "qualified"
        elif row.state in GIVEN_BACK:
            self.given_back += 1
            self.reasons[row.reason or row.state] += 1
        else:
            name = row.state if row.state in ("open", "expired") else "cancelled"
            setattr(self, name, getattr(self, name) + 1)


def _source(row: Row[Any]) -> str:
    return str((row.fields or {}).get("source") or UNKNOWN)


BY: Mapping[str, Callable[[Row[Any]], str]] = {
    "owner": lambda row: row.owner_name or NOBODY,
    "team": lambda row: row.team,
    "source": _source,
    "campaign": lambda row: row.campaign,
    "cell": lambda row: str((row.context or {}).get("cell") or UNKNOWN),
}
"""What the lines are by: each task is in one line of each."""


def sales_report(
    conn: Connection, now: datetime, since: datetime | None = None
) -> tuple[Line, dict[str, list[Line]]]:
    """All together, and by each of ``BY``, the most handed over first."""
    rows = conn.execute(_tasks(since)).all()
    whole = Line("all")
    for row in rows:
        whole.add(row, now)
    return whole, {by: _lines(rows, name_of, now) for by, name_of in BY.items()}


def _lines(rows: Iterable[Row[Any]], name_of: Callable[[Row[Any]], str], now: datetime) -> list[Line]:
    found: dict[str, Line] = {}
    for row in rows:
        name = name_of(row)
        found.setdefault(name, Line(name)).add(row, now)
    return sorted(found.values(), key=lambda line: (-line.handed, line.name))


def _tasks(since: datetime | None) -> Any:
    columns = (
        "state",
        "reason",
        "team",
        "context",
        "due",
        "sla",
        "clock",
        "touched_at",
        "created_at",
        "deal",
        "amount",
    )
    query = (
        select(
            *(handoffs.c[name] for name in columns),
            journeys.c.campaign,
            leads.c.fields,
            users.c.name.label("owner_name"),
        )
        .join(journeys, handoffs.c.journey_id == journeys.c.id)
        .join(leads, handoffs.c.lead_id == leads.c.id)
        .outerjoin(users, handoffs.c.owner == users.c.id)
        .where(handoffs.c.kind == "handoff", handoffs.c.joined_to.is_(None))
    )
    return query if since is None else query.where(handoffs.c.created_at >= since)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
