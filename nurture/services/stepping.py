"""A stepped clock's time: what comes next, whether all that was due is done, and going on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from nurture.clock import step
from nurture.services.chat import KIND as CHAT
from nurture.services.desk import Desk
from nurture.services.digest import digests_due, next_morning
from nurture.services.gathering import UNTOLD
from nurture.services.giving_back import WAITING
from nurture.services.handing_on import WAITING as HANDED_ON
from nurture.services.notices import INTERNAL
from nurture.services.wakes import Spread, queue
from nurture.store.tables import (
    account_changes,
    events,
    handoffs,
    inbox,
    installation,
    journeys,
    notices,
    outbox,
    returns,
    scans,
    sends,
)

CRM = "crm"
"""Kind of the outbox's rows for the CRM."""
EVERYBODY = 1e6
"""Journeys a second: a stepped clock has no crowd to spread."""
AWAKE = (journeys.c.state == "open", journeys.c.attention.is_(None), journeys.c.paused_at.is_(None))
NOT_PAUSED = (or_(journeys.c.hold.is_(None), journeys.c.hold != "paused"),)

_NOW = select(installation.c.stepped_to).scalar_subquery()
_UNDONE = {
    "outbox": select(outbox.c.id).where(outbox.c.state == "open", outbox.c.kind.not_in((CRM, CHAT))),
    "events": select(events.c.id).where(events.c.looked_at.is_(None), events.c.judge_at <= _NOW),
    "scans": select(scans.c.name).where(scans.c.due <= _NOW),
    "news of companies": select(account_changes.c.id),
    "webhooks": select(inbox.c.id).where(inbox.c.state == "new"),
    "returns": select(returns.c.id).where(returns.c.state == WAITING, returns.c.due <= _NOW),
    "tasks handed on": select(handoffs.c.id).where(*HANDED_ON, handoffs.c.next_at <= _NOW),
    "notices gathered": select(notices.c.id).where(UNTOLD, notices.c.due <= _NOW),
    "journeys woken": select(journeys.c.id).where(*AWAKE, journeys.c.woken.is_(True)),
    "journeys due": select(journeys.c.id).where(
        *AWAKE,
        *NOT_PAUSED,
        journeys.c.due <= _NOW,
        journeys.c.id.not_in(bindparam("later", expanding=True)),
    ),
    "notices": select(sends.c.id).where(
        sends.c.kind == INTERNAL, sends.c.state.in_(("retry", "claimed", "inflight"))
    ),
}
_BUSY = select(or_(*(query.exists() for query in _UNDONE.values())))
"""Made once: it is asked after all that is done."""
_NEXT = select(
    *(
        query.scalar_subquery()
        for query in (
            select(func.min(journeys.c.due)).where(*AWAKE, *NOT_PAUSED),
            select(func.min(events.c.judge_at)).where(events.c.looked_at.is_(None)),
            select(func.min(scans.c.due)),
            select(func.min(returns.c.due)).where(returns.c.state == WAITING),
            select(func.min(handoffs.c.next_at)).where(*HANDED_ON),
            select(func.min(notices.c.due)).where(UNTOLD),
        )
    )
)
_DUE = (
    select(journeys.c.id, journeys.c.lead_id)
    .where(*AWAKE, *NOT_PAUSED, journeys.c.due <= _NOW)
    .order_by(journeys.c.due, journeys.c.campaign, journeys.c.entry)
)


def next_instant(conn: Connection) -> datetime | None:
    """The earliest time at which anything of ours happens by itself."""
    return min((at for at in conn.execute(_NEXT).one() if at is not None), default=None)


def upcoming(conn: Connection, desk: Desk) -> datetime | None:
    """The same, with the mornings on which people hear what waits for them."""
    found = next_instant(conn), next_morning(conn, desk)
    return min((at for at in found if at is not None), default=None)


def all_done(conn: Connection, desk: Desk, later: Collection[str] = ()) -> bool:
    """Quiet, and everybody has been told of this morning."""
    return is_quiet(conn, later) and not digests_due(conn, desk)


def is_quiet(conn: Connection, later: Collection[str] = ()) -> bool:
    """Nothing that was due by now is still to be done, but for what the CRM has to be told, which delays
    nobody.

    ``later``: journeys whose turn has not come."""
    return not conn.execute(_BUSY, {"later": list(later)}).scalar_one()


def undone(conn: Connection, later: Collection[str] = ()) -> list[str]:
    """What is due and not done, with the first of each kind, for people who look why nothing goes on."""
    found = {
        name: conn.execute(query.limit(1), {"later": list(later)}).scalar() for name, query in _UNDONE.items()
    }
    return [f"{name} ({first})" for name, first in found.items() if first is not None]


def step_to(conn: Connection, to: datetime) -> Collection[str]:
    """Sets the clock on, and wakes what is due then, as ``wake_next``."""
    step(conn, to)
    return wake_next(conn)


def wake_next(conn: Connection) -> Collection[str]:
    """Wakes, of each lead, the journey that is due the longest. The ids of the others: two of one lead go one
    after the other, so that caps and tasks fall alike in every run."""
    rows = conn.execute(_DUE).all()
    first = {row.lead_id: row.id for row in reversed(rows)}
    queue(conn, list(reversed(first.values())), Spread(rate=EVERYBODY), due=True)
    return [row.id for row in rows if first[row.lead_id] != row.id]
