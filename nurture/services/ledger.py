"""The send ledger: who may hand a mail over, and what is known of it. Leases use the database's time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, Row, bindparam, exists, insert, or_, select, update

from nurture.services.desk import Desk
from nurture.services.suppress import ALL, address_hmac
from nurture.store.columns import db_now
from nurture.store.tables import campaigns, installation, journeys, sends, suppressions

LEASE = 30.0
"""Seconds; renewed by heartbeats every 5."""
COUNTED = ("claimed", "inflight", "unknown", "sent", "delivered", "bounced", "complained", "retry")
"""States that count towards caps: the lead has the mail, or may."""

FIND = select(sends).where(sends.c.key == bindparam("entry"))


@dataclass(frozen=True)
class InHand:
    """A claimed mail, as its last gates must know it."""

    send_id: str
    owner: str
    email: str
    campaign: str
    journey_id: str | None


def send_id(key: str) -> str:
    """Follows from the key, so that a mail server's log tells which mail it took, also after a restore."""
    return str(uuid5(NAMESPACE_URL, f"nurture:{key}"))


def find(conn: Connection, key: str) -> Row[Any] | None:
    return conn.execute(FIND, {"entry": key}).one_or_none()


def claim(
    conn: Connection, key: str, owner: str, values: Mapping[str, Any], now: datetime, row: Row[Any] | None
) -> str:
    """Makes the row of ``key`` ours, whether it is new, was put back, or its owner is gone; the id. ``row``:
    what ``find`` gave in this transaction."""
    claimed = {"state": "claimed", "owner": owner, "lease_until": db_now(LEASE), "claimed_at": now}
    if row is None:
        new = {"id": send_id(key), "key": key, "created_at": now, "attempts": 1, **claimed, **values}
        conn.execute(insert(sends).values(new))
        return str(new["id"])
    again = {**claimed, **values, "attempts": row.attempts + 1}
    conn.execute(update(sends).where(sends.c.id == row.id).values(again))
    return str(row.id)


def renew(conn: Connection, send_id: str, owner: str) -> None:
    ours = sends.c.id == send_id, sends.c.owner == owner, sends.c.state.in_(("claimed", "inflight"))
    conn.execute(update(sends).where(*ours).values(lease_until=db_now(LEASE)))


def mark_in_flight(
    conn: Connection,
    desk: Desk,
    mail: InHand,
    values: Mapping[str, Any],
    left: Collection[str] | None = None,
) -> bool:
    """The last gate, and the mark before the final dot, in one statement: what was committed before it
    wins. ``left``: of a deferred mail, the outcomes of a journey that forbid it; else any end does."""
    addresses = [address_hmac(secret, mail.email) for secret in desk.secrets]
    suppressed = exists().where(
        suppressions.c.address.in_(addresses),
        suppressions.c.lifted.is_(False),
        or_(suppressions.c.scope == ALL, suppressions.c.scope == mail.campaign),
    )
    gates = [~suppressed, ~exists().where(_stopped(desk))]
    if mail.journey_id:
        paused = exists().where(campaigns.c.name == mail.campaign, campaigns.c.state == "paused")
        wanted = journeys.c.state == "open"
        if left is not None:
            wanted = or_(wanted, journeys.c.outcome.not_in(left))
        going = exists().where(journeys.c.id == mail.journey_id, wanted, journeys.c.paused_at.is_(None))
        gates += [~paused, going]
    marked = (
        update(sends)
        .where(sends.c.id == mail.send_id, sends.c.owner == mail.owner, sends.c.state == "claimed")
        .where(sends.c.lease_until > db_now(), *gates)
        .values(state="inflight", provider=desk.provider, lease_until=db_now(LEASE), **values)
    )
    return conn.execute(marked).rowcount == 1


def any_deferred(conn: Connection) -> bool:
    """Cheap, for rounds that mostly find nothing."""
    return (
        conn.execute(select(sends.c.id).where(sends.c.state.in_(("retry", "claimed"))).limit(1)).first()
        is not None
    )


def due_again(conn: Connection, owner: str) -> Row[Any] | None:
    """Claims the next deferred mail whose time has come."""
    due = (
        select(sends.c.id)
        .where(sends.c.state == "retry", sends.c.not_before <= db_now())
        .order_by(sends.c.not_before)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    send_id = conn.execute(due).scalar_one_or_none()
    if send_id is None:
        return None
    claimed = {"state": "claimed", "owner": owner, "lease_until": db_now(LEASE)}
    conn.execute(update(sends).where(sends.c.id == send_id).values(attempts=sends.c.attempts + 1, **claimed))
    return conn.execute(select(sends).where(sends.c.id == send_id)).one()


def abandoned(conn: Connection) -> int:
    """Deferred mails whose worker went before the mark: nothing was handed over, so they are due again."""
    over = sends.c.state == "claimed", sends.c.lease_until < db_now(), sends.c.body.is_not(None)
    return conn.execute(update(sends).where(*over).values(state="retry", not_before=db_now())).rowcount


def settle(conn: Connection, send_id: str, owner: str, state: str, values: Mapping[str, Any]) -> bool:
    """What came of it. Also after the lease ran out, as long as nobody else has taken the row: a late
    answer counts."""
    ours = (
        sends.c.id == send_id,
        sends.c.owner == owner,
        sends.c.state.in_(("claimed", "inflight", "unknown")),
    )
    done = conn.execute(update(sends).where(*ours).values(state=state, **values))
    return done.rowcount == 1


def lease_is_over(conn: Connection, send_id: str) -> bool:
    over = select(sends.c.lease_until <= db_now()).where(sends.c.id == send_id)
    return bool(conn.execute(over).scalar_one())


def lapse(conn: Connection, now: datetime) -> int:
    """Mails that were being handed over when their worker went: nobody knows, and none is sent again."""
    over = sends.c.state == "inflight", sends.c.lease_until < db_now()
    done = conn.execute(
        update(sends).where(*over).values(state="unknown", reason="worker gone", settled_at=now, body=None)
    )
    return done.rowcount


def _stopped(desk: Desk) -> Any:
    """A hold, a copy under another address, or a restore whose gap is not reconciled."""
    return or_(
        installation.c.held_for.is_not(None),
        installation.c.base_url != desk.base_url,
        installation.c.namespace != desk.namespace,
        installation.c.restored_at.is_not(None)
        & (
            installation.c.reconciled_at.is_(None)
            | (installation.c.reconciled_at < installation.c.restored_at)
        ),
    )
