"""Telling the rooms of a team about a task: rows of the transaction that changes it, posted by the relay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from nurture.delivery.chat import Words
from nurture.services.desk import Desk
from nurture.services.hold import standstill
from nurture.services.mail_links import answer_link
from nurture.store.columns import db_now
from nurture.store.tables import handoffs, outbox, users
from nurture.store.upserts import insert_unless_there

KIND = "chat"
LEASE = 60
"""Seconds: longer than a call takes."""
AGAIN = (30, 120, 600, 1800)
"""Seconds after the first, second, ... try; the last for all that follow."""
STALE = timedelta(hours=12)
"""Then nobody wants to hear of it any more."""
AT_ONCE = 20


@dataclass(frozen=True)
class Post:
    row: int
    attempts: int
    room: str
    words: Words


def tell_rooms(conn: Connection, desk: Desk, task_id: str, what: str, subject: str) -> None:
    """Queued once per ``what``. For callers who know of a room (``Desk.rooms``)."""
    team = conn.scalar(select(handoffs.c.team).where(handoffs.c.id == task_id))
    for room in desk.rooms:
        if room.hears_of(team or ""):
            row = {
                "kind": KIND,
                "record": task_id,
                "key": f"chat/{room.name}/{task_id}/{what}"[:300],
                "payload": {"room": room.name, "subject": subject, "at": desk.clock.now(conn).isoformat()},
                "created_at": db_now(),
            }
            conn.execute(insert_unless_there(conn, outbox, row))


def any_open(conn: Connection) -> bool:
    return conn.execute(select(outbox.c.id).where(*OPEN).limit(1)).first() is not None


def due(conn: Connection, desk: Desk) -> list[Post]:
    """The next ones, leased to the caller; none while everything stands still."""
    if standstill(conn, desk.base_url, desk.namespace):
        return []
    query = (
        select(outbox)
        .where(*OPEN)
        .where(or_(outbox.c.not_before.is_(None), outbox.c.not_before <= db_now()))
        .where(or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < db_now()))
        .order_by(outbox.c.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows, now = conn.execute(query).all(), desk.clock.now(conn)
    leased = update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
    conn.execute(leased.values(lease_until=db_now(LEASE), attempts=outbox.c.attempts + 1))
    found = []
    for row in rows:
        words = None if _is_stale(row, now) else _words(conn, desk, row)
        if words is None:
            settle(conn, Post(row.id, row.attempts + 1, "", Words("", (), {})), state="cancelled")
        else:
            found.append(Post(row.id, row.attempts + 1, row.payload["room"], words))
    return found


def settle(conn: Connection, post: Post, state: str = "done", error: str | None = None) -> None:
    ours = update(outbox).where(
        outbox.c.id == post.row, outbox.c.state == "open", outbox.c.attempts == post.attempts
    )
    conn.execute(ours.values(state=state, error=error, done_at=db_now(), lease_until=None))


def later(conn: Connection, post: Post, error: str, asked: float | None) -> None:
    """``asked``: seconds that the room wants us to wait."""
    pause = max(AGAIN[min(post.attempts, len(AGAIN)) - 1], min(asked or 0.0, 3600.0))
    ours = update(outbox).where(outbox.c.id == post.row, outbox.c.state == "open")
    conn.execute(ours.values(not_before=db_now(pause), lease_until=None, error=error[:200]))


OPEN = (outbox.c.kind == KIND, outbox.c.state == "open")


def _is_stale(row: Row[Any], now: datetime) -> bool:
    return now - datetime.fromisoformat(row.payload["at"]) > STALE


def _words(conn: Connection, desk: Desk, row: Row[Any]) -> Words | None:
    """As the task stands when it is posted; None: it needs nobody any more."""
    query = select(handoffs, users.c.name).outerjoin(users, users.c.id == handoffs.c.owner)
    task = conn.execute(query.where(handoffs.c.id == row.record)).one_or_none()
    if task is None or task.state != "open":
        return None
    told = task.context or {}
    score = told.get("score")
    scored = f"score {score}" if score is not None else ""
    facts = task.name or "In the queue of the team", task.team, scored
    lines = (" · ".join(filter(None, facts)), str(told.get("why") or told.get("campaign") or ""))
    links = {"See the task": f"{desk.base_url}/inbox/{task.id}"}
    if task.owner and task.kind == "handoff":
        links["Accept or reject"] = answer_link(conn, desk, task.id, task.owner)
    return Words(row.payload["subject"], tuple(filter(None, lines)), links)
