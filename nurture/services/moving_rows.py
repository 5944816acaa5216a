"""Journeys that are to be moved, a page at a time, and where each of them stands in the new version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from nurture.domain.conditions import Condition
from nurture.domain.facts import Facts
from nurture.domain.moving import Fate, Moving, Placed, Standing, where
from nurture.domain.position import position_from_json
from nurture.services.desk import Desk
from nurture.services.facts import LEAD_PART, WITH_ACCOUNT, lead_fields, lead_in, load_facts, zone_of
from nurture.services.library import Rules
from nurture.store.tables import journeys, leads, sends

PAGE = 500
"""Journeys of one transaction."""
IN_HAND = ("claimed", "inflight")
SPREAD: tuple[Fate, ...] = ("at once", "next step")
"""Fates of those who go on now, one after the other."""


@dataclass(frozen=True)
class Target:
    """``keeps_waits``: waits that are under way keep their end; the new version counts from the next step."""

    campaign: str
    version: str
    keeps_waits: bool = False
    rate: float = 10.0
    """Of those who become due at once, so many a second."""
    where: Condition | None = None
    """Only journeys for which it holds; None: all."""


@dataclass(frozen=True)
class Found:
    """A journey with its place in the new version."""

    row: Row[Any]
    was: Standing
    here: str
    """The step where people say that it is."""
    to: str
    """The same in the new version."""
    placed: Placed
    version: str
    """The one that it is moved to."""


@dataclass
class Places:
    """Decides for one journey after the other; keeps count of those who go on at once."""

    desk: Desk
    rules: Rules
    target: Target
    at_once: int = 0
    records: Mapping[str, Row[Any]] = field(default_factory=dict)
    """Journey -> where it stood before the move that is undone."""
    _movings: dict[str, Moving] = field(default_factory=dict)

    def moving(self, conn: Connection, version: str) -> Moving:
        if version not in self._movings:
            new = self.desk.library.campaign(conn, self.target.version).campaign
            known = self.desk.library.readable(conn, version)
            # Of one that cannot be read nothing but the names of its steps is known, by who stands there.
            old = known.campaign if known else new
            rules = self.rules
            self._movings[version] = Moving(
                old, new, rules.dictionary, rules.conditions, self.target.keeps_waits
            )
        return self._movings[version]

    def chosen(self, conn: Connection, row: Row[Any]) -> bool | str:
        """Whether the move is about this journey; or why that cannot be decided."""
        wanted = self.target.where
        if wanted is None:
            return True
        library = self.desk.library
        published = library.readable(conn, row.version) or library.campaign(conn, self.target.version)
        facts = load_facts(conn, self.desk, self.rules, published, row, lead_in(conn, row), wanted)
        answer = self.rules.conditions.ask(wanted, facts)
        return answer.error or answer.holds

    def look(self, conn: Connection, row: Row[Any], now: datetime) -> Found | None:
        """None: the move is not about it. ``row``: read with the lead."""
        chosen = self.chosen(conn, row)
        if isinstance(chosen, str):
            was = Standing(position_from_json(row.position), row.effect, row.due, row.hold)
            here = where(was, now)
            placed = Placed("nowhere", was, f"the condition cannot be decided: {chosen}")
            return Found(row, was, here, here, placed, self.target.version)
        return self.place(conn, row, now) if chosen else None

    def place(self, conn: Connection, row: Row[Any], now: datetime) -> Found:
        """``row``: read with the lead."""
        lead = lead_in(conn, row)
        dictionary = self.rules.dictionary
        fields = lead_fields(lead, dictionary)
        facts = Facts(
            now=now,
            zone=zone_of(lead, dictionary),
            entered=row.entered_at,
            calendar=self.rules.calendars.of(fields),
            fields=fields,
            lead=row.lead_id,
        )
        was = Standing(position_from_json(row.position), row.effect, row.due, row.hold)
        moving = self.moving(conn, row.version)
        placed = self._restored(row, now) or moving.place(was, facts)
        if placed.fate in SPREAD or placed.asks:
            turn = now + timedelta(seconds=self.at_once / self.target.rate)
            placed = self._restored(row, turn) or moving.place(was, facts, turn)
            self.at_once += 1
        to = where(placed.standing, now)
        return Found(row, was, where(was, now), to, placed, self.target.version)

    def _restored(self, row: Row[Any], at: datetime) -> Placed | None:
        """Exactly where it stood, if it has not moved since; what came due meanwhile waits for its turn."""
        record = self.records.get(row.id)
        if record is None or (record.to_turn, record.to_version) != (row.turn, row.version):
            return None
        stands = Standing(position_from_json(record.position), record.effect, record.due, record.hold)
        if record.due < at and record.due < row.due:
            return Placed("at once", replace(stands, due=at))
        if record.due == row.due:
            return Placed("same", stands)
        return Placed("later" if record.due > row.due else "sooner", stands)


def page_of(conn: Connection, target: Target, after: str | None, *more: Any) -> Sequence[Row[Any]]:
    """Ids and leads of the next ones that are not on the version yet."""
    query = select(journeys.c.id, journeys.c.lead_id).where(*left(target), *more)
    query = query.order_by(journeys.c.id).limit(PAGE)
    return list(conn.execute(query.where(journeys.c.id > after) if after else query))


def left(target: Target) -> Sequence[Any]:
    return (
        journeys.c.campaign == target.campaign,
        journeys.c.state == "open",
        journeys.c.version != target.version,
    )


def with_leads(target: Target) -> Select[Any]:
    lead_of = journeys.join(WITH_ACCOUNT, leads.c.id == journeys.c.lead_id)
    return select(journeys, *LEAD_PART).select_from(lead_of).where(*left(target)).order_by(journeys.c.id)


def in_hand(conn: Connection, ids: Sequence[str]) -> set[str]:
    """Those of whom a worker has a mail in hand: they are moved when it is done."""
    found = select(sends.c.journey_id).where(sends.c.journey_id.in_(ids), sends.c.state.in_(IN_HAND))
    return set(conn.scalars(found))


def read_all(conn: Connection, target: Target, *more: Any) -> Iterator[Row[Any]]:
    """Every journey that is left, with its lead, a page at a time."""
    after: str | None = None
    while True:
        query = with_leads(target).where(*more).limit(PAGE)
        rows = conn.execute(query.where(journeys.c.id > after) if after else query).all()
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1].id
