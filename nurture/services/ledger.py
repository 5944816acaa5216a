"""The send ledger: who may hand a mail over, and what is known of it. Leases use the database's time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, Insert, Row, Update, bindparam, exists, insert, or_, select, update
from sqlalchemy.sql import ClauseElement

from nurture.domain.preferences import TOPIC
from nurture.domain.sending import MARKETING
from nurture.services.desk import Desk
from nurture.services.suppress import addressed, in_force
from nurture.store.columns import db_now
from nurture.store.tables import campaigns, installation, journeys, leads, sends

LEASE = 30.0
"""Seconds; renewed by heartbeats every 5."""
COUNTED = ("claimed", "inflight", "unknown", "sent", "delivered", "bounced", "complained", "retry")
"""States that count towards caps: the lead has the mail, or may."""

# Statements of every mail are made once: making them costs more than SQLite needs to answer.
OURS = update(sends).where(sends.c.id == bindparam("of_send"), sends.c.owner == bindparam("of_owner"))
SETTLE = OURS.where(sends.c.state.in_(("claimed", "inflight", "unknown")))


@dataclass(frozen=True)
class Wanted:
    """What the lead may have asked for since the message was claimed."""

    lead_id: str
    at: datetime
    """Campaign time."""
    topic: str = ""


def wanted(kind: str, lead_id: str | None, at: datetime, topic: str | None) -> Wanted | None:
    return Wanted(lead_id, at, topic or "") if kind == MARKETING and lead_id else None


@dataclass(frozen=True)
class InHand:
    """A claimed mail, as its last gates must know it."""

    send_id: str
    owner: str
    email: str
    campaign: str
    journey_id: str | None
    phone: str = ""
    """Of a text message: it is asked for beside the address of mail."""
    asked: datetime | None = None
    """Of the question whether she wants mail again: when she asked for it."""
    account: str = ""
    """That carries it; empty: the only one."""
    wishes: Wanted | None = None
    """None: no marketing message, or one that nobody can pause."""


def send_id(key: str) -> str:
    """Follows from the key, so that a mail server's log tells which mail it took, also after a restore."""
    return str(uuid5(NAMESPACE_URL, f"nurture:{key}"))


def claim(
    conn: Connection, key: str, owner: str, values: Mapping[str, Any], now: datetime, row: Row[Any] | None
) -> str:
    """Makes the row of ``key`` ours, whether it is new, was put back, or its owner is gone; the id. ``row``:
    the one that is there, read in this transaction."""
    claimed = {**values, "state": "claimed", "owner": owner, "claimed_at": now}
    if row is None:
        new = {**claimed, "id": send_id(key), "key": key, "created_at": now, "attempts": 1}
        conn.execute(_claiming(LEASE), new)
        return str(new["id"])
    conn.execute(_claiming_again(LEASE), {**claimed, "of_send": row.id, "attempts": row.attempts + 1})
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
    given = {
        **values,
        "of_send": mail.send_id,
        "of_owner": mail.owner,
        "of_campaign": mail.campaign,
        **addressed(desk.secrets, mail.email, mail.phone),
        "of_base_url": desk.base_url,
        "of_namespace": desk.namespace,
        "state": "inflight",
        "provider": mail.account or desk.provider,
    }
    if mail.journey_id:
        given |= {"of_journey": mail.journey_id} | ({} if left is None else {"left": list(left)})
    if mail.asked:
        given["of_asking"] = mail.asked
    about = ""
    if wishes := mail.wishes:
        about = wishes.topic
        given |= {"of_lead": wishes.lead_id, "of_now": wishes.at}
        given |= {"of_topic": f"{TOPIC}{about}"} if about else {}
    named = len(desk.secrets) * (2 if mail.phone else 1)
    which = {"of_journey": mail.journey_id is not None, "deferred": left is not None}
    chosen = {"asked": mail.asked is not None, "wished": wishes is not None, "about": bool(about)}
    marking = _marking(LEASE, named, **which, **chosen)
    return conn.execute(marking, given).rowcount == 1


def unmark(conn: Connection, send_id: str, owner: str) -> None:
    """For the owner that was told of no mark, and hands nothing over: else nobody would know that."""
    ours = sends.c.id == send_id, sends.c.owner == owner, sends.c.state == "inflight"
    conn.execute(update(sends).where(*ours).values(state="claimed"))


@cache
def _claiming(lease: float) -> Insert:
    return insert(sends).values(lease_until=db_now(lease))


@cache
def _claiming_again(lease: float) -> Update:
    return update(sends).where(sends.c.id == bindparam("of_send")).values(lease_until=db_now(lease))


@cache
def _marking(
    lease: float, secrets: int, *, of_journey: bool, deferred: bool, asked: bool, wished: bool, about: bool
) -> Update:
    gates = [~exists().where(in_force(secrets, asked, topic=about)), ~exists().where(_stopped())]
    if wished:
        paused = leads.c.id == bindparam("of_lead"), leads.c.mail_pause_until > bindparam("of_now")
        gates.append(~exists().where(*paused))
    if of_journey:
        halted = exists().where(campaigns.c.name == bindparam("of_campaign"), campaigns.c.state == "paused")
        wanted = journeys.c.state == "open"
        if deferred:
            wanted = or_(wanted, journeys.c.outcome.not_in(bindparam("left", expanding=True)))
        ours = journeys.c.id == bindparam("of_journey")
        gates += [~halted, exists().where(ours, wanted, journeys.c.paused_at.is_(None))]
    return OURS.where(sends.c.state == "claimed", sends.c.lease_until > db_now(), *gates).values(
        lease_until=db_now(lease)
    )


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
    given = {name: value for name, value in values.items() if not isinstance(value, ClauseElement)}
    computed = {name: value for name, value in values.items() if name not in given}
    settling = SETTLE.values(computed) if computed else SETTLE
    done = conn.execute(settling, {**given, "state": state, "of_send": send_id, "of_owner": owner})
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


def _stopped() -> Any:
    """A hold, a copy under another address, or a restore whose gap is not reconciled."""
    return or_(
        installation.c.held_for.is_not(None),
        installation.c.base_url != bindparam("of_base_url"),
        installation.c.namespace != bindparam("of_namespace"),
        installation.c.restored_at.is_not(None)
        & (
            installation.c.reconciled_at.is_(None)
            | (installation.c.reconciled_at < installation.c.restored_at)
        ),
    )
