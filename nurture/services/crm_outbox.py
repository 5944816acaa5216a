"""The CRM's part of the outbox: changes in order per lead, leased, settled, tried again later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import Connection, Row, and_, exists, insert, or_, select, update

from nurture.crm.connector import Change, CrmRefused, Person, Pushed, What
from nurture.services.leads import resolve
from nurture.store.columns import db_now, new_id
from nurture.store.tables import accounts, crm_links, incidents, leads, outbox
from nurture.store.upserts import insert_unless_there

KIND = "crm"
LEASE = 120
"""Seconds: longer than any call takes."""
LONGEST = 86_400
"""Seconds: a CRM that asks for more is asked again after a day."""
AGAIN = (60, 300, 1800, 3600)
"""Seconds after the first, second, ... try; the last for all that follow."""


@dataclass(frozen=True)
class Due:
    row: int
    attempts: int
    record: str
    change: Change


def any_open(conn: Connection) -> bool:
    """Cheap, for rounds that mostly find nothing."""
    open_ones = select(outbox.c.id).where(outbox.c.kind == KIND, outbox.c.state == "open").limit(1)
    return conn.execute(open_ones).first() is not None


def due(conn: Connection, crm: str, limit: int) -> list[Due]:
    """The next changes, one per lead, leased to the caller; of each lead only the oldest that is open."""
    earlier = outbox.alias()  # records of other kinds are journeys, never leads
    blocked = exists().where(
        and_(
            earlier.c.record == outbox.c.record,
            earlier.c.state == "open",
            earlier.c.id < outbox.c.id,
        )
    )
    query = (
        select(outbox)
        .where(outbox.c.kind == KIND, outbox.c.state == "open", ~blocked)
        .where(or_(outbox.c.not_before.is_(None), outbox.c.not_before <= db_now()))
        .where(or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < db_now()))
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = conn.execute(query).all()
    leased = update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
    conn.execute(leased.values(lease_until=db_now(LEASE), attempts=outbox.c.attempts + 1))
    people = _people(conn, {row.payload["lead"] for row in rows})
    remote = _remote_ids(conn, crm, [person.id for person in people.values()])
    return [
        Due(row.id, row.attempts + 1, row.record, _change(row, people[row.payload["lead"]], remote))
        for row in rows
    ]


def pushed(conn: Connection, crm: str, item: Due, result: Pushed) -> None:
    if _settle(conn, item, state="done", done_at=db_now(), error=None):
        link = _link(conn, crm, item)
        values = {**(link.pushed or {}), item.change.what: dict(item.change.values)}
        remote = result.remote_id or link.remote_id
        _mark(conn, link, state="synced", pushed=values, pushed_at=db_now(), error=None, remote_id=remote)


def down(conn: Connection, crm: str, item: Due, kind: str, retry_after: float | None) -> None:
    """Tried again later: nothing is lost, and later changes of this lead wait behind it."""
    later = max(AGAIN[min(item.attempts, len(AGAIN)) - 1], min(retry_after or 0, LONGEST))
    if _settle(conn, item, not_before=db_now(later), error=kind[:200]):
        _mark(conn, _link(conn, crm, item), state="waiting", error=kind[:200])


def refused(conn: Connection, crm: str, item: Due, error: CrmRefused) -> None:
    """For people to look at; later changes of this lead go on."""
    incident = new_id()
    if _settle(conn, item, state="dead", done_at=db_now(), error=error.kind[:200], incident=incident):
        text = f"{error.message}: {error.text}"[:2000]
        words = {"id": incident, "kind": "crm refused", "text": text, "lead_id": item.record, "at": db_now()}
        conn.execute(insert(incidents).values(words))
        _mark(conn, _link(conn, crm, item), state="refused", error=error.kind[:200])


def hand_back(conn: Connection, items: Sequence[Due]) -> None:
    """They were not tried after all."""
    conn.execute(
        update(outbox)
        .where(outbox.c.id.in_([item.row for item in items]), outbox.c.state == "open")
        .values(lease_until=None, attempts=outbox.c.attempts - 1)
    )


def _settle(conn: Connection, item: Due, **values: Any) -> bool:
    """False: the lease ran out and somebody else has taken the row since."""
    ours = update(outbox).where(
        outbox.c.id == item.row, outbox.c.state == "open", outbox.c.attempts == item.attempts
    )
    return conn.execute(ours.values(lease_until=None, **values)).rowcount > 0


def _link(conn: Connection, crm: str, item: Due) -> Row[Any]:
    new = {"id": new_id(), "lead_id": item.record, "crm": crm}
    conn.execute(insert_unless_there(conn, crm_links, new))
    found = select(crm_links).where(crm_links.c.lead_id == item.record, crm_links.c.crm == crm)
    return conn.execute(found.with_for_update()).one()


def _mark(conn: Connection, link: Row[Any], **values: Any) -> None:
    conn.execute(update(crm_links).where(crm_links.c.id == link.id).values(values))


def _change(row: Row[Any], person: Person, remote: dict[str, str]) -> Change:
    return Change(
        id=f"crm_{sha256(row.key.encode()).hexdigest()[:32]}",
        what=cast(What, row.payload["what"]),
        lead=person,
        values=row.payload["values"],
        occurred_at=datetime.fromisoformat(row.payload["at"]),
        remote_id=remote.get(person.id),
    )


def _people(conn: Connection, ids: set[str]) -> dict[str, Person]:
    """By the id that was asked for; a lead who was merged is the one it was merged into."""
    now = {lead: resolve(conn, lead) for lead in ids}
    query = select(leads, accounts.c.domain).outerjoin(accounts, leads.c.account_id == accounts.c.id)
    rows = conn.execute(query.where(leads.c.id.in_(set(now.values()))))
    people = {row.id: _person(row) for row in rows}
    return {lead: people[current] for lead, current in now.items()}


def _person(row: Row[Any]) -> Person:
    if row.erased_at:
        return Person(row.id)
    return Person(
        id=row.id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        phone=row.phone,
        country=row.country,
        company=row.domain,
        stage=row.stage,
        fields=row.fields,
    )


def _remote_ids(conn: Connection, crm: str, ids: list[str]) -> dict[str, str]:
    query = select(crm_links.c.lead_id, crm_links.c.remote_id)
    found = conn.execute(query.where(crm_links.c.lead_id.in_(ids), crm_links.c.crm == crm))
    return {row.lead_id: row.remote_id for row in found if row.remote_id}


def retry(conn: Connection, lead_id: str | None = None) -> int:
    """Refused changes are open again, and waiting ones due at once; how many. None: of all leads."""
    rows = update(outbox).where(outbox.c.kind == KIND)
    if lead_id:
        rows = rows.where(outbox.c.record == lead_id)
    dead = rows.where(outbox.c.state == "dead").values(
        state="open", done_at=None, not_before=None, attempts=0
    )
    resting = rows.where(outbox.c.state == "open", outbox.c.not_before.is_not(None)).values(not_before=None)
    return int(conn.execute(resting).rowcount + conn.execute(dead).rowcount)


def skip(conn: Connection, row: int) -> bool:
    """Gives one change up. False: there is no such change, or it is settled."""
    wanted = update(outbox).where(
        outbox.c.id == row, outbox.c.kind == KIND, outbox.c.state.in_(("open", "dead"))
    )
    return conn.execute(wanted.values(state="cancelled", done_at=db_now(), lease_until=None)).rowcount > 0
