"""What a page of a move writes: a handful of statements, however many journeys there are in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, insert, null, select, update

from nurture.domain.effects import Line
from nurture.domain.renames import one_by_one
from nurture.domain.walk import listens
from nurture.services.desk import Desk
from nurture.services.listening import MEASURE, Wanted, digest, waits_of, wanted
from nurture.services.moving_rows import Found, Places
from nurture.services.timeline import rows_of
from nurture.services.versions import SHORT
from nurture.store.columns import db_now
from nurture.store.tables import arms, handoffs, journeys, move_rows, outbox, sends, timeline, waits

RENAMED = (sends, handoffs, timeline, arms)
"""Tables that name a journey's steps."""
STANDS = ("version", "step", "position", "effect", "due", "queue", "hold")
SOONER_RATE = 100.0
"""Journeys a second that are told of an earlier time."""


def written(
    conn: Connection, desk: Desk, move: str, page: int, places: Places, going: Sequence[Found]
) -> Mapping[str, Wanted]:
    """Records where they stand, and where they are put. Journey -> what it listens for, if that is new."""
    target = places.target.version
    campaign = desk.library.campaign(conn, target).campaign
    known: dict[object, tuple[Wanted, str]] = {}
    anew: dict[str, Wanted] = {}
    rows = []
    for found in going:
        position = found.placed.standing.position
        key = (position.step, position.waiting, tuple(position.fired))
        if key not in known:
            wants = wanted(places.rules.conditions, listens(campaign, position))
            known[key] = wants, digest(wants)
        wants, listening = known[key]
        if listening != found.row.listens:
            anew[found.row.id] = wants
        rows.append(_record(desk, move, page, found) | {"to_listens": listening})
    conn.execute(insert(move_rows), rows)
    return anew


def _record(desk: Desk, move: str, page: int, found: Found) -> dict[str, Any]:
    row, stands = found.row, found.placed.standing
    same = stands == found.was
    now = {
        "version": found.version,
        "step": stands.position.step,
        "position": row.position if same else stands.position.to_json(),
        "effect": stands.effect,
        "due": stands.due,
        "queue": row.queue if same else desk.queue(stands.effect),
        "hold": None if found.placed.fate not in ("same", "nowhere") else stands.hold,
        "turn": row.turn if same else row.turn + 1,
    }
    was = {name: getattr(row, name) for name in (*STANDS, "turn")}
    return {
        "move_id": move,
        "journey_id": row.id,
        "page": page,
        **was,
        **{f"to_{k}": v for k, v in now.items()},
    }


def put(conn: Connection, move: str, page: int, now: datetime) -> int:
    """Compare-and-set on the turn of each, in one statement. How many."""
    values: dict[str, Any] = {name: move_rows.c[f"to_{name}"] for name in (*STANDS, "turn", "listens")}
    values["wakes_at"] = _promised()
    statement = (
        update(journeys)
        .where(move_rows.c.move_id == move, move_rows.c.page == page)
        .where(journeys.c.id == move_rows.c.journey_id, journeys.c.state == "open")
        .where(journeys.c.turn == move_rows.c.turn, journeys.c.version == move_rows.c.version)
        .values(**values, changed_at=now)
    )
    return conn.execute(statement).rowcount


def _promised() -> ColumnElement[datetime | None]:
    """Who is put off still wakes at the time that the workflow knows; who is told of an earlier one does
    not."""
    asleep_to = func.coalesce(journeys.c.wakes_at, journeys.c.due)
    told = and_(journeys.c.started_at.is_not(None), asleep_to <= move_rows.c.to_due)
    return case((told, asleep_to), else_=null())


def rename(conn: Connection, places: Places, going: Sequence[Found]) -> None:
    """A renamed step has one name from then on, in the ledger and on the timeline too."""
    for version in {found.row.version for found in going}:
        ids = [found.row.id for found in going if found.row.version == version]
        for old, new in one_by_one(places.moving(conn, version).names):
            rename_step(conn, ids, old, new)


def rename_step(conn: Connection, ids: Sequence[str], old: str, new: str) -> None:
    for table in RENAMED:
        values: dict[str, Any] = {"step": new}
        if "key" in table.c:
            values["key"] = func.replace(table.c.key, f"/{old}/", f"/{new}/")
        conn.execute(update(table).where(table.c.journey_id.in_(ids), table.c.step == old).values(**values))


def cancel_pending(conn: Connection, going: Sequence[Found]) -> None:
    """Mails of steps that are gone and that had not gone out."""
    ids = [found.row.id for found in going if found.placed.fate == "next step"]
    if ids:
        open_ones = sends.c.journey_id.in_(ids), sends.c.state == "pending"
        conn.execute(update(sends).where(*open_ones).values(state="cancelled", reason="moved"))


def listen_anew(conn: Connection, going: Sequence[Found], anew: Mapping[str, Wanted], now: datetime) -> None:
    """Under the leads' locks: an event is looked at by the waits of the one version or of the other."""
    if not anew:
        return
    conn.execute(delete(waits).where(waits.c.journey_id.in_(list(anew)), waits.c.kind != MEASURE))
    leads = {found.row.id: found.row.lead_id for found in going}
    rows = [row for journey, wants in anew.items() for row in waits_of(journey, leads[journey], wants, now)]
    if rows:
        conn.execute(insert(waits), rows)


def told(conn: Connection, going: Sequence[Found], now: datetime) -> None:
    rows: list[dict[str, Any]] = []
    for found in going:
        place = "" if found.to == found.here else f", to {found.to}"
        reason = f"to version {found.version[:SHORT]}{place}: {found.placed.fate}"
        detail = {"from": found.row.version, "to": found.version, "due": found.placed.standing.due}
        line = Line("moved", found.to, reason, detail)
        rows += rows_of(found.row, found.row.turn, now, [line])
    conn.execute(insert(timeline), rows)


def wake_earlier(conn: Connection, desk: Desk, going: Sequence[Found], now: datetime) -> None:
    """Of the sleepers only those who would wake too late by themselves."""
    earlier = [found for found in going if _earlier(found, now)]
    if not earlier:
        return
    began = conn.scalar(select(db_now()))
    assert began is not None
    rows = []
    for place, found in enumerate(earlier):
        due_in = (found.placed.standing.due - now).total_seconds()
        seconds = 0 if desk.clock.stepped else min(place / SOONER_RATE, max(due_in, 0))
        rows.append(
            {
                "kind": "wake",
                "record": found.row.id,
                "payload": {"journey": found.row.id},
                "not_before": began + timedelta(seconds=seconds),
                "created_at": began,
            }
        )
    conn.execute(insert(outbox), rows)


def _earlier(found: Found, now: datetime) -> bool:
    row, due = found.row, found.placed.standing.due
    stands_still = row.attention or row.paused_at or row.hold == "paused"
    in_time = row.wakes_at is not None and now < row.wakes_at <= due
    return not stands_still and due < row.due and not in_time
