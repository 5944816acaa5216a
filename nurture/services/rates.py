"""Token buckets shared by all workers, in the database's time."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from nurture.store.columns import db_now
from nurture.store.tables import rates

BURST = 2.0
"""Seconds' worth of tokens that may gather."""

BUCKET = select(rates, db_now().label("now")).where(rates.c.name == bindparam("bucket")).with_for_update()
TAKEN = update(rates).where(rates.c.name == bindparam("bucket"))


def take(conn: Connection, name: str, rate: float, tokens: float = 1) -> float:
    """Takes ``tokens``: 0 if they were there, else nothing is taken and the seconds until they may be."""
    row = conn.execute(BUCKET, {"bucket": name}).one_or_none()
    full = max(rate * BURST, tokens)
    there = (
        full if row is None else min(full, row.tokens + rate * max(0.0, (row.now - row.at).total_seconds()))
    )
    if there < tokens:
        return (tokens - there) / rate
    if row is None:
        conn.execute(insert(rates).values(name=name, tokens=there - tokens, at=db_now()))
    else:
        conn.execute(TAKEN, {"bucket": name, "tokens": there - tokens, "at": row.now})
    return 0
