"""The calls that all workers together may make to a CRM: so many a second, so many a day."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from nurture.crm.connector import CrmSpent
from nurture.services.rates import Purse, take
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import rates
from nurture.store.upserts import insert_unless_there

RESERVE = 0.05
"""Share of the day's calls that only handoffs may use."""
DAY = 86_400.0
LONGEST = 60.0
"""Seconds after which somebody who waits for their turn gives up."""


@dataclass(frozen=True)
class Limits:
    a_second: float
    a_day: float


class TableMeter:
    """Rows of ``rates``: a bucket, and the calls that are left of the day (``tokens``) until ``at``."""

    def __init__(self, store: Store, crm: str, limits: Limits) -> None:
        self._store = store
        self._crm = crm
        self._limits = limits
        self._purse = Purse()

    async def spend(self, calls: int, *, urgent: bool) -> None:
        await self._of_the_day(calls, urgent)
        waited = 0.0
        for _ in range(calls):
            while wait := await self._store.write(
                take, self._purse, bucket(self._crm), self._limits.a_second
            ):
                if waited > LONGEST:
                    raise CrmSpent("waiting for a turn", wait)
                waited += wait
                await asyncio.sleep(wait)

    async def told(self, used: int, allowed: int) -> None:
        await self._store.write(_told, self._crm, allowed, max(0, allowed - used))

    async def _of_the_day(self, calls: int, urgent: bool) -> None:
        floor = 0.0 if urgent else self._limits.a_day * RESERVE
        left = await self._store.write(_spend_day, self._crm, calls, self._limits.a_day, floor)
        if left is not None:
            raise CrmSpent("calls of the day used up", left)


def bucket(crm: str) -> str:
    return f"crm.{crm}"


def day(crm: str) -> str:
    return f"crm day {crm}"


def _floor(crm: str) -> str:
    return f"crm reserve {crm}"


def _spend_day(conn: Connection, crm: str, calls: int, a_day: float, floor: float) -> float | None:
    """None: they are taken. Else the seconds until the day is over."""
    new = {"name": day(crm), "tokens": a_day, "at": db_now(DAY)}
    conn.execute(insert_unless_there(conn, rates, new))
    over = rates.c.name == day(crm), rates.c.at <= db_now()
    conn.execute(update(rates).where(*over).values(tokens=a_day, at=db_now(DAY)))
    enough = rates.c.name == day(crm), rates.c.tokens - calls >= floor
    if conn.execute(update(rates).where(*enough).values(tokens=rates.c.tokens - calls)).rowcount:
        return None
    row = conn.execute(select(rates.c.at, db_now().label("now")).where(rates.c.name == day(crm))).one()
    if floor:
        conn.execute(insert_unless_there(conn, rates, {"name": _floor(crm), "tokens": 0, "at": row.at}))
        conn.execute(update(rates).where(rates.c.name == _floor(crm)).values(at=row.at))
    left: float = (row.at - row.now).total_seconds()
    return max(1.0, left)


def _told(conn: Connection, crm: str, allowed: int, left: int) -> None:
    """The CRM counts the calls of others too."""
    new = {"name": day(crm), "tokens": float(allowed), "at": db_now(DAY)}
    conn.execute(insert_unless_there(conn, rates, new))
    fewer = rates.c.name == day(crm), rates.c.tokens > float(left)
    conn.execute(update(rates).where(*fewer).values(tokens=float(left)))


def only_reserve(conn: Connection, crm: str) -> bool:
    """Whether ordinary changes wait: noted when one of them met the end of the day's calls."""
    query = select(rates.c.tokens).where(rates.c.name == _floor(crm), rates.c.at > db_now())
    return conn.scalar(query) is not None
