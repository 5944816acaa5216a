"""Moving journeys under way to another version: set by set, each where it stood when it was looked at.

Whoever moves a page holds its leads' locks until the page is committed, as whoever decides for one of them
does. So no decision by the old version is recorded on the new one, and no event is missed between the waits
of the two. Workflows hear only of what becomes due earlier; the others wake, see what is decided, and sleep
on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from nurture.services.desk import Desk
from nurture.services.move_preview import Way, way_of
from nurture.services.move_writes import (
    cancel_pending,
    listen_anew,
    put,
    rename,
    told,
    wake_earlier,
    written,
)
from nurture.services.moving_rows import Found, Places, Target, in_hand, page_of, with_leads
from nurture.store.columns import new_id
from nurture.store.session import Store
from nurture.store.tables import journeys, leads, move_rows, moves

ROUNDS = 5
"""How often those with a mail in hand are tried again."""


@dataclass
class Moved:
    """``ways``: as the preview counts them. ``in_hand``: a mail was on its way; they are where they were."""

    move: str
    ways: Counter[Way] = field(default_factory=Counter)
    in_hand: int = 0
    pages: int = 0
    at_once: int = 0

    @property
    def journeys(self) -> int:
        return sum(count for way, count in self.ways.items() if way.fate != "nowhere")


@dataclass(frozen=True)
class Page:
    """What one transaction did. ``last``: the last id; None: there are no more."""

    last: str | None
    ways: Counter[Way]
    in_hand: int
    at_once: int


@dataclass(frozen=True)
class Undoing:
    """A move to take back: those who were on ``version`` before it."""

    move: str
    version: str

    @property
    def rows(self) -> tuple[ColumnElement[bool], ...]:
        return move_rows.c.move_id == self.move, move_rows.c.version == self.version

    def only(self) -> ColumnElement[bool]:
        return journeys.c.id.in_(select(move_rows.c.journey_id).where(*self.rows))

    def records(self, conn: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
        query = select(move_rows).where(*self.rows, move_rows.c.journey_id.in_(ids))
        return {row.journey_id: row for row in conn.execute(query)}


def begin(conn: Connection, desk: Desk, target: Target, by: str) -> str:
    row: dict[str, Any] = {"id": new_id(), "campaign": target.campaign, "version": target.version, "by": by}
    row |= {"keeps_waits": target.keeps_waits, "rate": target.rate, "at": desk.clock.now(conn)}
    conn.execute(insert(moves).values(row))
    return str(row["id"])


def move_all(store: Store, desk: Desk, target: Target, by: str = "", undoing: Undoing | None = None) -> Moved:
    """Every open journey that is chosen and has a place in the version; or those of a move that is undone."""
    done = Moved(store.write_sync(begin, desk, target, by))
    for _ in range(ROUNDS):
        done.in_hand = 0
        after: str | None = None
        nowhere = Counter({way: count for way, count in done.ways.items() if way.fate == "nowhere"})
        done.ways -= nowhere  # they are met again
        while True:
            page = store.write_sync(move_page, desk, target, done, after, undoing)
            done.ways += page.ways
            done.in_hand += page.in_hand
            done.at_once = page.at_once
            done.pages += 1
            store.poke()
            if page.last is None:
                break
            after = page.last
        if not done.in_hand:
            break
    store.write_sync(_end, desk, done)
    return done


def move_page(
    conn: Connection,
    desk: Desk,
    target: Target,
    done: Moved,
    after: str | None,
    undoing: Undoing | None = None,
) -> Page:
    """One transaction. Doing it twice does no harm: who is on the version already is left out."""
    listed = page_of(conn, target, after, *([undoing.only()] if undoing else ()))
    ids = [row.id for row in listed]
    if not ids:
        return Page(None, Counter(), 0, done.at_once)
    _lock(conn, [row.lead_id for row in listed])
    busy = in_hand(conn, ids)
    now = desk.clock.now(conn)
    records = undoing.records(conn, ids) if undoing else {}
    places = Places(desk, desk.library.rules(conn), target, done.at_once, records)
    rows = conn.execute(with_leads(target).where(journeys.c.id.in_(ids))).all()
    looked = [places.look(conn, row, now) for row in rows if row.id not in busy]
    found = [one for one in looked if one]
    going = [one for one in found if one.placed.fate != "nowhere"]
    if going:
        _move(conn, desk, places, done, going)
    ways = Counter(
        way_of(one.row.version, one.here, one.to, one.placed.fate, one.placed.reason) for one in found
    )
    return Page(ids[-1], ways, len(busy), places.at_once)


def _move(conn: Connection, desk: Desk, places: Places, done: Moved, going: Sequence[Found]) -> None:
    now = desk.clock.now(conn)
    wants = written(conn, desk, done.move, done.pages, places, going)
    gone = put(conn, done.move, done.pages, now)
    assert gone == len(going), "their leads are locked"
    rename(conn, places, going)
    cancel_pending(conn, going)
    listen_anew(conn, going, wants, now)
    told(conn, going, now)
    wake_earlier(conn, desk, going, now)


def _lock(conn: Connection, lead_ids: Sequence[str]) -> None:
    """In one order, whoever else locks several. On SQLite whoever writes is alone already."""
    if conn.dialect.name != "sqlite":
        ids = sorted(set(lead_ids))
        conn.execute(select(leads.c.id).where(leads.c.id.in_(ids)).order_by(leads.c.id).with_for_update())


def _end(conn: Connection, desk: Desk, done: Moved) -> None:
    counts = [[way.version, way.step, way.to, way.fate, count] for way, count in sorted(done.ways.items())]
    ended = {"ended_at": desk.clock.now(conn), "counts": counts}
    conn.execute(update(moves).where(moves.c.id == done.move).values(**ended))
