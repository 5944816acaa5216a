"""What sales did with the leads that were handed over, in numbers that add up to the tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    they share its answer. A lead that one team handed on to the next was handed over once; what the next team
    did is in the lines of its people, and in that of all who were handed on."""

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
    amounts: dict[str, float] = field(default_factory=dict)
    """Won, by currency; empty: none was said."""
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

    @property
    def amount(self) -> float | None:
        """None: in several currencies, which nothing adds up."""
        return sum(self.amounts.values()) if len(self.amounts) < 2 else None

    def add(self, row: Row[Any], now: datetime, deal: Row[Any] | None) -> None:
        """``deal``: the task by which it was won or lost, if it counts in this line."""
        self.handed += 1
        self._state(row)
        late = row.sla is None and row.touched_at is None and row.clock > 0
        self.met += row.sla == "met"
        self.missed += row.sla == "missed" or (late and row.state == "open" and row.due < now)
        self.restarts += max(0, row.clock - 1)
        if row.touched_at:
            self.speed.append((row.touched_at - row.created_at).total_seconds())
        if deal is not None:
            self.won += deal.deal == "won"
            self.lost += deal.deal == "lost"
            if deal.deal == "won" and deal.amount:
                currency = deal.currency or ""
                self.amounts[currency] = self.amounts.get(currency, 0.0) + deal.amount

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


@dataclass(frozen=True)
class SalesReport:
    whole: Line
    """Each lead that a campaign handed over, once."""
    handed_on: Line
    """Of them those that a team qualified and handed on: what the next team did."""
    by: dict[str, list[Line]]
    """By each of ``BY``, the most handed over first."""


def _source(row: Row[Any]) -> str:
    """As it was at the handing over; of tasks of before, as it is now."""
    then = (row.context or {}).get("source")
    return str(then or (row.fields or {}).get("source") or UNKNOWN)


BY: Mapping[str, Callable[[Row[Any]], str]] = {
    "owner": lambda row: row.owner_name or NOBODY,
    "team": lambda row: row.team,
    "source": _source,
    "campaign": lambda row: row.campaign,
    "cell": lambda row: str((row.context or {}).get("cell") or UNKNOWN),
}
"""What the lines are by: each lead handed over is in one line of each."""
OF_PEOPLE = ("owner", "team")
"""Here everybody who had the lead has it in their line."""


def sales_report(conn: Connection, now: datetime, since: datetime | None = None) -> SalesReport:
    chains = _chains(conn.execute(_tasks(since)).all())
    whole, handed_on = Line("all"), Line("handed on")
    by: dict[str, dict[str, Line]] = {name: {} for name in BY}
    for chain in chains:
        deal = chain.deal
        for row in chain.tasks:
            first = row.follows is None
            own = deal if row is deal else None
            (whole if first else handed_on).add(row, now, deal if first else own)
            for name, name_of in BY.items():
                if first or name in OF_PEOPLE:
                    line = by[name].setdefault(name_of(row), Line(name_of(row)))
                    line.add(row, now, own if name in OF_PEOPLE else deal)
    return SalesReport(whole, handed_on, {name: _sorted(found.values()) for name, found in by.items()})


@dataclass
class _Chain:
    """A lead's way from team to team, in its order."""

    tasks: list[Row[Any]] = field(default_factory=list)

    @property
    def deal(self) -> Row[Any] | None:
        """The last one that was noted: a lead is won once."""
        noted = [row for row in self.tasks if row.deal]
        return max(noted, key=lambda row: (row.deal_at, row.created_at)) if noted else None


def _chains(rows: Sequence[Row[Any]]) -> Iterable[_Chain]:
    """``rows``: in the order in which they were made."""
    known = {row.id: row for row in rows}
    found: dict[str, _Chain] = {}
    for row in rows:
        first = row
        while first.follows in known:
            first = known[first.follows]
        if row.joined_to is None:
            found.setdefault(first.id, _Chain()).tasks.append(row)
    return found.values()


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.handed, line.name))


def _tasks(since: datetime | None) -> Any:
    columns = (
        "id",
        "follows",
        "joined_to",
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
        "currency",
        "deal_at",
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
        .where(handoffs.c.kind == "handoff")
        .order_by(handoffs.c.created_at, handoffs.c.id)
    )
    return query if since is None else query.where(handoffs.c.created_at >= since)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
