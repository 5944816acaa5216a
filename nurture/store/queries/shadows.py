"""Whom a team would have got, and how often whoever leads it agreed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from nurture.domain.intervals import interval
from nurture.store.tables import accounts, leads, shadows, users

MOST = 200


@dataclass(frozen=True)
class Agreement:
    yes: int
    judged: int
    waiting: int

    @property
    def rate(self) -> float | None:
        return self.yes / self.judged if self.judged else None

    @property
    def between(self) -> tuple[float, float]:
        """Where the truth lies, nineteen times out of twenty."""
        return interval(self.yes, self.judged)


def shadowed(
    conn: Connection, teams: Collection[str] | None, since: datetime | None = None, *, judged: bool = False
) -> Sequence[Row[Any]]:
    """The latest first. ``teams`` None: of all. ``judged``: with those who have their yes or no."""
    person = [leads.c[name] for name in ("email", "first_name", "last_name", "stage")]
    query = (
        select(
            shadows,
            *person,
            accounts.c.name.label("account_name"),
            accounts.c.domain.label("account_domain"),
            users.c.name.label("owner_name"),
        )
        .join_from(shadows, leads, shadows.c.lead_id == leads.c.id)
        .outerjoin(accounts, leads.c.account_id == accounts.c.id)
        .outerjoin(users, shadows.c.owner == users.c.id)
    )
    if teams is not None:
        query = query.where(shadows.c.team.in_(teams))
    if since is not None:
        query = query.where(shadows.c.created_at >= since)
    if not judged:
        query = query.where(shadows.c.verdict.is_(None))
    return conn.execute(query.order_by(shadows.c.created_at.desc(), shadows.c.id).limit(MOST)).all()


def agreement(conn: Connection, teams: Collection[str] | None) -> Agreement:
    yes = func.count().filter(shadows.c.verdict == "yes")
    query = select(yes, func.count(shadows.c.verdict), func.count()).select_from(shadows)
    if teams is not None:
        query = query.where(shadows.c.team.in_(teams))
    row = conn.execute(query).one()
    return Agreement(int(row[0]), int(row[1]), int(row[2]) - int(row[1]))
