"""What the inbox shows: tasks by urgency, and of one task the lead and how they came here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from nurture.store.tables import accounts, events, handoffs, leads, sends, timeline, users

LIST_AT_MOST = 50
MATES_AT_MOST = 200
MOST_WORDS = 5
SEARCHED = (leads.c.first_name, leads.c.last_name, leads.c.email, accounts.c.name, accounts.c.domain)
STORY_AT_MOST = 60
A_DAY = timedelta(hours=24)
OWN_WORK = ("email.opened",)
"""What is not worth a line: machines open mails too."""

Task = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Happened:
    """A line of a lead's story."""

    at: datetime
    kind: str
    """An event's type, or ``sent``, ``answered``, ``note``."""
    data: Mapping[str, Any]
    by: str | None = None


def tasks(
    conn: Connection,
    team: str | None,
    owner: str | None,
    *,
    done: bool = False,
    after: int = 0,
    limit: int = LIST_AT_MOST,
    search: str = "",
    only: Sequence[ColumnElement[bool]] = (),
) -> Sequence[Task]:
    """The most urgent first; of the done ones the latest. ``None``: of all teams, of all owners.

    ``after``: so many are left out at the beginning. ``search``: of a
    name, an address or a company. ``only``: as ``filtered`` has it."""
    query = _with_lead().where(handoffs.c.state != "open" if done else _shown(), *only)
    for word in search.split()[:MOST_WORDS]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(or_(*(column.ilike(like) for column in SEARCHED)))
    if team is not None:
        query = query.where(handoffs.c.team == team)
    if owner is not None:
        query = query.where(handoffs.c.answered_by == owner if done else handoffs.c.owner == owner)
    order = [handoffs.c.answered_at.desc()] if done else [handoffs.c.due, handoffs.c.id]
    return conn.execute(query.order_by(*order).limit(limit).offset(after)).all()


def filtered(name: str, now: datetime) -> Sequence[ColumnElement[bool]]:
    """``name``: as pages and addresses use it; of another one nothing is left out."""
    found = {
        "queue": handoffs.c.owner.is_(None),
        "late": handoffs.c.due < now,
        "soon": handoffs.c.due.between(now, now + A_DAY),
        "new": handoffs.c.touched_at.is_(None),
        "handoffs": handoffs.c.kind == "handoff",
        "tasks": handoffs.c.kind != "handoff",
    }
    return [found[name]] if name in found else []


def counts(conn: Connection, team: str | None, owner: str) -> tuple[int, int]:
    """Open tasks: the owner's, the team's."""
    mine = func.count().filter(handoffs.c.owner == owner)
    query = select(mine, func.count()).select_from(handoffs).where(_shown())
    if team is not None:
        query = query.where(handoffs.c.team == team)
    row = conn.execute(query).one()
    return int(row[0]), int(row[1])


def task(conn: Connection, handoff_id: str) -> Task | None:
    return conn.execute(_with_lead().where(handoffs.c.id == handoff_id)).one_or_none()


def joined(conn: Connection, leading: Task) -> Sequence[Task]:
    """The tasks that share this one's answer: the reasons of other journeys."""
    beside = [handoffs.c.joined_to == leading.id]
    if leading.joined_to:
        beside.append(handoffs.c.joined_to == leading.joined_to)
    query = select(handoffs).where(or_(*beside), handoffs.c.id != leading.id)
    return conn.execute(query.order_by(handoffs.c.created_at)).all()


def earlier(conn: Connection, leading: Task) -> Sequence[tuple[Task, str | None]]:
    """Answered tasks of the same lead, the latest first, and who answered."""
    query = select(handoffs).where(
        handoffs.c.lead_id == leading.lead_id,
        handoffs.c.id != leading.id,
        handoffs.c.state != "open",
        handoffs.c.joined_to.is_(None),
    )
    found = conn.execute(query.order_by(handoffs.c.created_at.desc()).limit(10)).all()
    names = names_of(conn, {row.answered_by for row in found})
    return [(row, names.get(row.answered_by)) for row in found]


def story(conn: Connection, lead_id: str) -> list[Happened]:
    """What the lead did and got, and what sales noted, the latest first. Machines are left out."""
    found = [*_did(conn, lead_id), *_got(conn, lead_id), *_noted(conn, lead_id)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:STORY_AT_MOST]


def _did(conn: Connection, lead_id: str) -> list[Happened]:
    query = (
        select(events.c.occurred_at, events.c.type, events.c.data, sends.c.message, sends.c.answers)
        .outerjoin(sends, events.c.send_id == sends.c.id)
        .where(events.c.lead_id == lead_id, events.c.verdict == "human", events.c.source != "nurture")
        .where(events.c.type.not_in(OWN_WORK))
    )
    rows = conn.execute(query.order_by(events.c.occurred_at.desc()).limit(STORY_AT_MOST))
    return [Happened(row.occurred_at, row.type, _told(row)) for row in rows]


def _told(row: Task) -> dict[str, Any]:
    """An answer in the words of the mail."""
    told = dict(row.data or {})
    if row.message:
        told["message"] = row.message
    if isinstance(row.answers, dict) and told.get("answer") in row.answers:
        told["answer"] = row.answers[told["answer"]]
    return told


def _got(conn: Connection, lead_id: str) -> list[Happened]:
    query = (
        select(sends.c.sent_at, sends.c.message, sends.c.id)
        .where(sends.c.lead_id == lead_id, sends.c.sent_at.is_not(None), sends.c.step != "")
        .order_by(sends.c.sent_at.desc())
    )
    return [
        Happened(at, "sent", {"message": message, "send": send})
        for at, message, send in conn.execute(query.limit(STORY_AT_MOST))
    ]


def _noted(conn: Connection, lead_id: str) -> list[Happened]:
    query = (
        select(timeline.c.at, timeline.c.kind, timeline.c.reason, timeline.c.detail)
        .where(timeline.c.lead_id == lead_id, timeline.c.kind.in_(("note", "answered")))
        .order_by(timeline.c.id.desc())
    )
    rows = conn.execute(query.limit(STORY_AT_MOST)).all()
    names = names_of(conn, {(row.detail or {}).get("by") for row in rows})
    return [_note(row, names) for row in rows]


def _note(row: Task, names: Mapping[str, str]) -> Happened:
    detail = row.detail or {}
    return Happened(row.at, row.kind, {**detail, "text": row.reason}, names.get(detail.get("by", "")))


def names_of(conn: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """Of users. Not by a join: who answered is kept as text."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    query = select(users.c.id, users.c.name).where(users.c.id.in_(wanted))
    return {row.id: row.name for row in conn.execute(query)}


def mates(conn: Connection, task: Task) -> dict[str, str]:
    """Who else could have it, by name: first those of its team."""
    query = select(users.c.id, users.c.name).where(users.c.active.is_(True), users.c.team != "")
    if task.owner:
        query = query.where(users.c.id != task.owner)
    order = (users.c.team == task.team).desc(), users.c.name
    return {row.id: row.name for row in conn.execute(query.order_by(*order).limit(MATES_AT_MOST))}


def _shown() -> ColumnElement[bool]:
    """Open, and not shown already by the open task that it has joined."""
    leading = handoffs.alias()
    covered = exists().where(leading.c.id == handoffs.c.joined_to, leading.c.state == "open")
    return and_(handoffs.c.state == "open", or_(handoffs.c.joined_to.is_(None), ~covered))


def _with_lead() -> Select[*tuple[Any, ...]]:
    person = [
        leads.c[name] for name in ("email", "first_name", "last_name", "phone", "country", "zone", "stage")
    ]
    return (
        select(
            handoffs,
            *person,
            leads.c.fields,
            leads.c.tags,
            accounts.c.name.label("account_name"),
            accounts.c.domain.label("account_domain"),
            users.c.name.label("owner_name"),
        )
        .join_from(handoffs, leads, handoffs.c.lead_id == leads.c.id)
        .outerjoin(accounts, leads.c.account_id == accounts.c.id)
        .outerjoin(users, handoffs.c.owner == users.c.id)
    )
