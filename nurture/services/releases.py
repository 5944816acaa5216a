"""The record of what was published when and by whom, and the way back to what was live before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.services.live import set_live
from nurture.services.moving import Moved, Undoing, move_all
from nurture.services.moving_rows import Target
from nurture.services.versions import version_row
from nurture.store.columns import new_id
from nurture.store.session import Store
from nurture.store.tables import journeys, move_rows, moves, releases


class NothingToUndo(NurtureError):
    """The campaign has never been different, or nobody was moved."""


@dataclass
class Undone:
    """``live``: what is live now. ``stay``: open journeys that began on the version that was undone."""

    version: str
    live: str
    moved: list[Moved] = field(default_factory=list)
    stay: int = 0
    back_on: list[str] = field(default_factory=list)
    """The versions that those who were moved came from."""

    @property
    def journeys(self) -> int:
        return sum(moved.journeys for moved in self.moved)

    @property
    def in_hand(self) -> int:
        return sum(moved.in_hand for moved in self.moved)

    @property
    def nowhere(self) -> int:
        counted = (
            way.fate == "nowhere" and count for moved in self.moved for way, count in moved.ways.items()
        )
        return sum(counted)


def release(
    conn: Connection,
    campaign: str,
    version: str,
    before: str | None,
    at: datetime,
    by: str,
    *,
    policy: str = "new",
    waits: bool = False,
) -> None:
    own = releases.c.campaign == campaign, releases.c.state == "waiting"
    conn.execute(update(releases).where(*own).values(state="replaced"))
    row = {"id": new_id(), "campaign": campaign, "version": version, "before": before, "policy": policy}
    row |= {"state": "waiting" if waits else "live", "by": by}
    conn.execute(insert(releases).values(at=at, **row))


def rollback(
    store: Store, desk: Desk, campaign: str, by: str, *, only_moves: bool = False, rate: float = 10.0
) -> Undone:
    """What was live before is live again, and who was moved goes back. Raises NothingToUndo.

    Doing it again after a crash goes on where it stopped."""
    version, live = store.write_sync(_undo_release, desk, campaign, by, only_moves)
    done = Undone(version, live)
    for move in store.read_sync(_moves_to, campaign, version):
        for before in store.read_sync(_versions_before, move.id):
            target = Target(campaign, before, rate=rate)
            done.back_on.append(before)
            done.moved.append(move_all(store, desk, target, by, Undoing(move.id, before)))
        # Not to be undone themselves: a second rollback goes one version further back.
        for one in (move.id, *(moved.move for moved in done.moved)):
            store.write_sync(_undone, desk, one)
    done.stay = store.read_sync(_on, campaign, version)
    return done


def _undo_release(conn: Connection, desk: Desk, campaign: str, by: str, only_moves: bool) -> tuple[str, str]:
    """The version that is undone, and the one that is live then."""
    live = version_row(conn, campaign).hash
    if only_moves:
        if not _moves_to(conn, campaign, live):
            raise NothingToUndo(f"Nobody was moved to the live version of {campaign}.")
        return live, live
    latest = (
        select(releases)
        .where(releases.c.campaign == campaign, releases.c.state.in_(("live", "undone")))
        .order_by(releases.c.id.desc())
    )
    rows = conn.execute(latest).all()
    begun = rows[0] if rows and rows[0].state == "undone" and rows[0].before == live else None
    if begun is not None and _moves_to(conn, campaign, begun.version):
        return begun.version, begun.before
    row = next((row for row in rows if row.state == "live" and row.version == live), None)
    if row is None or row.before is None:
        raise NothingToUndo(f"The campaign {campaign} has no version before the one that is live.")
    undone = {"state": "undone", "undone_by": by, "undone_at": desk.clock.now(conn)}
    conn.execute(update(releases).where(releases.c.id == row.id).values(**undone))
    set_live(conn, desk.clock, campaign, row.before)
    return row.version, row.before


def _moves_to(conn: Connection, campaign: str, version: str) -> Sequence[Row[Any]]:
    """Newest first; those that are not undone."""
    query = select(moves).where(moves.c.campaign == campaign, moves.c.version == version)
    return conn.execute(query.where(moves.c.undone_at.is_(None)).order_by(moves.c.id.desc())).all()


def _versions_before(conn: Connection, move: str) -> Sequence[str]:
    return list(conn.scalars(select(move_rows.c.version).where(move_rows.c.move_id == move).distinct()))


def _undone(conn: Connection, desk: Desk, move: str) -> None:
    conn.execute(update(moves).where(moves.c.id == move).values(undone_at=desk.clock.now(conn)))


def _on(conn: Connection, campaign: str, version: str) -> int:
    own = journeys.c.campaign == campaign, journeys.c.version == version, journeys.c.state == "open"
    return conn.scalar(select(func.count()).select_from(journeys).where(*own)) or 0
