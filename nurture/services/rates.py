"""Token buckets shared by all workers, in the database's time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from nurture.store.columns import db_now
from nurture.store.tables import rates
from nurture.store.upserts import insert_unless_there

BURST = 2.0
"""Seconds' worth of tokens that may gather."""
BLOCK = 0.1
"""Seconds' worth of tokens that a process takes at once, so that not every mail asks the database."""
KEPT = 1.0
"""Seconds after which a process gives up what it has not used."""
TRIAL = 60.0
"""Seconds for which one mail tries an account alone: longer than a call lasts."""

BUCKET = select(rates, db_now().label("now")).where(rates.c.name == bindparam("bucket")).with_for_update()
TAKEN = update(rates).where(rates.c.name == bindparam("bucket"))


@dataclass
class Purse:
    """Tokens that this process has taken and not yet used. A transaction that fails after taking some may
    give them away twice: a block at most."""

    _held: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Bucket -> tokens, and until when (monotonic)."""
    _trials: set[str] = field(default_factory=set)
    """Buckets whose only token is ours."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tries(self, bucket: str) -> None:
        with self._lock:
            self._trials.add(bucket)

    def in_trial(self, bucket: str) -> bool:
        return bucket in self._trials

    def ends_trial(self, bucket: str) -> bool:
        """False: there was none of ours."""
        with self._lock:
            ours = bucket in self._trials
            self._trials.discard(bucket)
            return ours

    def spend(self, bucket: str) -> bool:
        with self._lock:
            tokens, until = self._held.get(bucket, (0.0, 0.0))
            if tokens < 1 or time.monotonic() > until:
                return False
            self._held[bucket] = tokens - 1, until
            return True

    def spill(self, bucket: str) -> None:
        with self._lock:
            self._held.pop(bucket, None)

    def fill(self, bucket: str, tokens: float) -> None:
        with self._lock:
            self._held[bucket] = tokens, time.monotonic() + KEPT


def take(conn: Connection, purse: Purse, name: str, rate: float) -> float:
    """Takes one token: 0 if it was there, else nothing is taken and the seconds until one may be.
    ``rate``: tokens a second."""
    if purse.spend(name):
        return 0
    return _taken(conn, purse, name, rate, _bucket(conn, name))


def _bucket(conn: Connection, name: str) -> Row[Any] | None:
    return conn.execute(BUCKET, {"bucket": name}).one_or_none()


def _ahead(row: Row[Any] | None) -> float:
    """A bucket that was emptied for a time is dated ahead: the seconds."""
    return max(0.0, (row.at - row.now).total_seconds()) if row is not None else 0.0


def _taken(conn: Connection, purse: Purse, name: str, rate: float, row: Row[Any] | None) -> float:
    there = full = max(rate * BURST, 1)
    if row is not None:
        there = min(full, row.tokens + rate * max(0.0, (row.now - row.at).total_seconds()))
    if there < 1:
        return _ahead(row) + (1 - there) / rate
    if row is not None and row.trial:
        purse.tries(name)
        conn.execute(TAKEN, {"bucket": name, "tokens": 0.0, "at": row.now + timedelta(seconds=TRIAL)})
        return 0
    purse.ends_trial(name)
    block = max(1.0, min(there, rate * BLOCK))
    purse.fill(name, block - 1)
    if row is None:
        # Two workers may be the first.
        conn.execute(
            insert_unless_there(conn, rates, {"name": name, "tokens": there - block, "at": db_now()})
        )
    else:
        conn.execute(TAKEN, {"bucket": name, "tokens": there - block, "at": row.now})
    return 0


def bucket_of(provider: str) -> str:
    return f"send.{provider}"


def empty(conn: Connection, purse: Purse, name: str, seconds: float) -> None:
    """No token for so long, and then one by one."""
    purse.spill(name)
    drained = {"tokens": 0.0, "at": db_now(seconds)}
    if not conn.execute(insert_unless_there(conn, rates, {"name": name, **drained})).rowcount:
        conn.execute(update(rates).where(rates.c.name == name).values(drained))


def on_trial(conn: Connection, name: str) -> None:
    """When its rest is over it gives one token, and no other for as long as a call may last."""
    conn.execute(update(rates).where(rates.c.name == name).values(trial=True))


def end_trial(conn: Connection, name: str) -> None:
    conn.execute(update(rates).where(rates.c.name == name).values(trial=None, tokens=0.0, at=db_now()))


def take_in_line(conn: Connection, purse: Purse, name: str, rate: float, *, waited: bool) -> float:
    """As ``take``, but whoever finds none gets a place behind all who wait already, so that they come one
    by one when there is room, also after a rest. ``waited``: of one that comes back from its place."""
    if purse.spend(name):
        return 0
    row = _bucket(conn, name)
    wait, ahead, line = 0.0, _ahead(row), _line(row)
    if waited or not line:
        wait = _taken(conn, purse, name, rate, row)
        if not wait or (waited and not ahead):
            return wait
    return _place(conn, name, max(ahead, line) + 1 / rate if ahead or line else wait)


def place(conn: Connection, name: str, rate: float) -> float:
    """The seconds until the place of one that asks for no token now."""
    row = _bucket(conn, name)
    return _place(conn, name, max(_ahead(row), _line(row)) + 1 / rate)


def _place(conn: Connection, name: str, wait: float) -> float:
    conn.execute(update(rates).where(rates.c.name == name).values(line=db_now(wait)))
    return wait


def _line(row: Row[Any] | None) -> float:
    """Seconds until the last of those who wait comes; 0: nobody does."""
    return max(0.0, (row.line - row.now).total_seconds()) if row is not None and row.line else 0.0


def put_back(conn: Connection, name: str) -> None:
    """A token that was taken for a mail that something else holds."""
    conn.execute(update(rates).where(rates.c.name == name).values(tokens=rates.c.tokens + 1))
