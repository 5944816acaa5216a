"""How each account stands today: what it may still send, how it has done, and whether it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from nurture.domain.accounts.account import Account
from nurture.domain.accounts.breakers import Breakers, Counts
from nurture.services.breakers import history, lately
from nurture.services.channels import TRIPS, Resting, resting_ones
from nurture.services.desk import Desk
from nurture.services.quotas import taken


@dataclass(frozen=True)
class Standing:
    """``most``: mails of today; None: no limit. ``day``: of its warm-up, from 1."""

    name: str
    rate: float
    taken: int
    most: int | None
    day: int | None
    counts: Counts
    resting: Resting | None
    trip: Row[Any] | None
    """What stopped it, with the numbers of that moment."""

    @property
    def stopped(self) -> bool:
        return self.resting is not None and self.resting.reason in TRIPS

    @property
    def state(self) -> str:
        if self.resting is None:
            return "goes"
        return "stopped" if self.stopped else "rests"


def standing_accounts(conn: Connection, desk: Desk) -> Sequence[Standing]:
    now = desk.clock.now(conn)
    today = now.astimezone(UTC).date()
    known = desk.accounts.accounts if desk.accounts else {desk.provider: Account(desk.provider)}
    rests, counts, places = resting_ones(conn), lately(conn, now), taken(conn, today)
    trips = {row.account: row for row in reversed(history(conn)) if row.resumed_at is None}
    accounts = {**known, **{name: Account(name) for name in rests if name not in known}}
    return [
        Standing(
            name=name,
            rate=account.rate or desk.send_rate,
            taken=places.get(name, 0),
            most=account.most(today),
            day=_day(account, today),
            counts=counts.get(name, Counts()),
            resting=rests.get(name),
            trip=trips.get(name),
        )
        for name, account in accounts.items()
    ]


def shares(standing: Standing, breakers: Breakers, at_trip: bool = False) -> list[dict[str, Any]]:
    """Each breaker with its number, its share and the share from which it stops, for people."""
    counts = Counts(**standing.trip.counts) if at_trip and standing.trip is not None else standing.counts
    return [
        {"what": what, "number": counts.of(what), "share": counts.share(what), "stops": stops}
        for what, stops in breakers.shares.items()
    ]


def _day(account: Account, today: date) -> int | None:
    plan = account.warm_up
    if plan is None or plan.most(today) is None:
        return None
    return max(0, (today - plan.begins).days + 1)


def since(standing: Standing) -> datetime | None:
    return standing.resting.since if standing.resting else None
