"""Wakes that people ask for: rows for the relay, spread out so that a thousand leads do not go at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, insert, update

from nurture.store.columns import db_now
from nurture.store.tables import journeys as table
from nurture.store.tables import outbox

PAGE = 500
"""Journeys per transaction."""

Kind = Literal["wake", "start"]
NOW = insert(outbox).values(created_at=db_now())


@dataclass(frozen=True)
class Spread:
    """``rate``: journeys per second. ``done``: how many of this act were queued before."""

    rate: float
    done: int = 0

    def seconds(self) -> Iterator[float]:
        place = self.done
        while True:
            yield place / self.rate
            place += 1


def queue(
    conn: Connection, journeys: Iterable[str], spread: Spread, *, kind: Kind = "wake", due: bool = False
) -> int:
    """One row per journey; how many. ``due``: its decision's time has come, whatever the row says."""
    count = 0
    for journey, seconds in zip(journeys, spread.seconds(), strict=False):
        _write(conn, kind, journey, seconds, due=due)
        conn.execute(update(table).where(table.c.id == journey).values(woken=True, wakes_at=None))
        count += 1
    return count


def queue_start(conn: Connection, journey: str, spread: Spread) -> None:
    """Of a journey that was just written: it begins with what is decided, and has nothing to look at."""
    _write(conn, "start", journey, next(spread.seconds()), due=False)


def _write(conn: Connection, kind: Kind, journey: str, seconds: float, *, due: bool) -> None:
    row = {"kind": kind, "record": journey, "payload": {"journey": journey, **({"due": True} if due else {})}}
    if seconds:
        conn.execute(NOW.values(not_before=db_now(seconds)), row)
    else:
        conn.execute(NOW, row)
