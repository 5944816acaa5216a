"""Before a move: for each step that is occupied now, who would go where, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, literal, not_, or_, select

from nurture.domain.moving import Fate
from nurture.services.desk import Desk
from nurture.services.moving_rows import SPREAD, Places, Target, left, read_all
from nurture.store.tables import journeys

RESTS_IN = func.coalesce(journeys.c.position["rests_in"].as_string(), "")
PLANNED = journeys.c.position["planned"].as_string()


@dataclass(frozen=True, order=True)
class Way:
    """``version``: the one that they are on. ``reason``: why they have no place."""

    version: str
    step: str
    to: str
    fate: Fate
    reason: str = ""


@dataclass(frozen=True)
class Preview:
    ways: Sequence[tuple[Way, int]]
    others: int = 0
    """Journeys that the move is not about: its condition does not hold for them."""

    def of(self, *fates: Fate) -> int:
        return sum(count for way, count in self.ways if way.fate in fates)

    @property
    def total(self) -> int:
        return sum(count for _, count in self.ways)

    @property
    def at_once(self) -> int:
        return self.of(*SPREAD)

    @property
    def moved(self) -> int:
        return self.total - self.of("nowhere")

    def to_json(self) -> list[dict[str, Any]]:
        return [{**asdict(way), "journeys": count} for way, count in self.ways]


def preview(conn: Connection, desk: Desk, target: Target) -> Preview:
    """Who stands where nothing changes is only counted; the others are looked at one by one."""
    places, counted = Places(desk, desk.library.rules(conn), target), Counter[Way]()
    now = desk.clock.now(conn)
    asleep = literal(now.isoformat()) < PLANNED
    groups = conn.execute(
        select(journeys.c.version, journeys.c.step, RESTS_IN, asleep, func.count())
        .where(*left(target))
        .group_by(journeys.c.version, journeys.c.step, RESTS_IN, asleep)
    ).all()
    touched = []
    for version, step, rests_in, sleeps, count in groups:
        wait = rests_in if sleeps else ""
        if target.where is None and places.moving(conn, version).untouched(step, wait):
            counted[Way(version, wait or step, wait or step, "same")] += count
        else:
            where = journeys.c.version == version, journeys.c.step == step, rests_in == RESTS_IN
            touched.append(and_(*where, asleep if sleeps else not_(asleep)))
    if touched:
        counted.update(_ways(conn, places, touched))
    others = sum(group[-1] for group in groups) - counted.total()
    return Preview(sorted(counted.items()), others)


def _ways(conn: Connection, places: Places, groups: Sequence[Any]) -> Iterator[Way]:
    now = places.desk.clock.now(conn)
    for row in read_all(conn, places.target, or_(*groups)):
        if found := places.look(conn, row, now):
            yield way_of(row.version, found.here, found.to, found.placed.fate, found.placed.reason)


def way_of(version: str, here: str, to: str, fate: Fate, reason: str) -> Way:
    return Way(version, here, here if fate == "nowhere" else to, fate, reason)
