"""Token buckets shared by all workers, in the database's time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from nurture.store.columns import db_now
from nurture.store.tables import rates

BURST = 2.0
"""Seconds' worth of tokens that may gather."""


def take(conn: Connection, name: str, rate: float, tokens: float = 1) -> float:
    """Takes ``tokens``: 0 if they were there, else nothing is taken and the seconds until they may be."""
    now: datetime = conn.execute(select(db_now())).scalar_one()
    row = conn.execute(select(rates).where(rates.c.name == name).with_for_update()).one_or_none()
    full = max(rate * BURST, tokens)
    there = full if row is None else min(full, row.tokens + rate * (now - row.at).total_seconds())
    if there < tokens:
        return (tokens - there) / rate
    values = {"tokens": there - tokens, "at": now}
    if row is None:
        conn.execute(insert(rates).values(name=name, **values))
    else:
        conn.execute(update(rates).where(rates.c.name == name).values(**values))
    return 0
