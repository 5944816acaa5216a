"""The CRM's part of the outbox: changes in order per lead, leased, settled, tried again later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Exists, and_, exists, insert, or_, select, update

from nurture.crm.connector import Change, CrmDown, CrmRefused, Pushed
from nurture.services.crm_change import changes_of
from nurture.services.crm_links import link_of, mark, park, settle, take_values
from nurture.services.desk import Desk
from nurture.store.columns import db_now, new_id
from nurture.store.tables import crm_links, incidents, outbox

KIND = "crm"
LEASE = 120
"""Seconds: longer than any call takes."""
LONGEST = 86_400
"""Seconds: a CRM that asks for more is asked again after a day."""
URGENT = 0
"""The lane of handoffs."""
REFUSED_VALUE = "refused value"
AGAIN = (60, 300, 1800, 3600)
"""Seconds after the first, second, ... try; the last for all that follow."""


@dataclass(frozen=True)
class Due:
    row: int
    attempts: int
    record: str
    change: Change
    urgent: bool = False


def any_open(conn: Connection) -> bool:
    """Cheap, for rounds that mostly find nothing."""
    open_ones = select(outbox.c.id).where(outbox.c.kind == KIND, outbox.c.state == "open").limit(1)
    return conn.execute(open_ones).first() is not None


def due(
    conn: Connection,
    crm: str,
    limit: int,
    desk: Desk | None = None,
    *,
    urgent_only: bool = False,
    settles: float = 0.0,
) -> list[Due]:
    """The next changes, one per lead, leased to the caller; of each lead only the oldest that is open.
    Handoffs, with all that goes before them, come first. ``settles``: seconds since the last push of a lead
    before which none of theirs is due."""
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
        .order_by(outbox.c.lane, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if urgent_only:
        query = query.where(outbox.c.lane == URGENT)
    if settles:
        query = query.where(~_pushed_since(crm, settles))
    rows = conn.execute(query).all()
    leased = update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
    conn.execute(leased.values(lease_until=db_now(LEASE), attempts=outbox.c.attempts + 1))
    made = changes_of(conn, crm, rows, desk)
    return [
        Due(row.id, row.attempts + 1, row.record, change, row.lane == URGENT)
        for row, change in zip(rows, made, strict=True)
    ]


def _pushed_since(crm: str, seconds: float) -> Exists:
    of_it = crm_links.c.lead_id == outbox.c.record, crm_links.c.crm == crm
    return exists().where(*of_it, crm_links.c.pushed_at > db_now(-seconds))


def pushed(conn: Connection, crm: str, item: Due, result: Pushed, desk: Desk | None = None) -> None:
    if not _settle(conn, item, state="done", done_at=db_now(), error=None):
        return
    lead = item.change.lead.id  # who is left, where two became one
    link = link_of(conn, crm, lead)
    values = {**(link.pushed or {}), item.change.what: dict(item.change.values)}
    remote = result.remote_id or link.remote_id
    mark(conn, link, state="synced", pushed=values, pushed_at=db_now(), error=None, remote_id=remote)
    if result.base is not None:
        mark(conn, link, base=dict(result.base), kept=dict(result.kept) or None)
    if item.change.task and result.task_id:
        mark(conn, link, tasks={**(link.tasks or {}), item.change.task.id: result.task_id})
    settle(conn, crm, f"{REFUSED_VALUE}/{lead}")
    for what, reason in result.park:
        park(conn, crm, what, reason, f"{what}/{lead}", lead, remote)
    if desk and result.take:
        take_values(conn, desk, crm, lead, result.take)


def down(conn: Connection, crm: str, item: Due, failed: CrmDown) -> None:
    """Tried again later: nothing is lost, and later changes of this lead wait behind it."""
    later = max(AGAIN[min(item.attempts, len(AGAIN)) - 1], min(failed.retry_after or 0, LONGEST))
    error = failed.kind[:200]
    if _settle(conn, item, not_before=db_now(later), error=error):
        base = {} if failed.base is None else {"base": dict(failed.base)}
        mark(conn, link_of(conn, crm, item.change.lead.id), state="waiting", error=error, **base)


def refused(conn: Connection, crm: str, item: Due, error: CrmRefused) -> None:
    """For people to look at; later changes of this lead go on."""
    incident = new_id()
    if _settle(conn, item, state="dead", done_at=db_now(), error=error.kind[:200], incident=incident):
        text = f"{error.message}: {error.text}"[:2000]
        words = {"id": incident, "kind": "crm refused", "text": text, "lead_id": item.record, "at": db_now()}
        conn.execute(insert(incidents).values(words))
        mark(conn, link_of(conn, crm, item.change.lead.id), state="refused", error=error.kind[:200])


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
