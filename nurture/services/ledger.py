"""The send ledger: who may hand a mail over, and what is known of it. Leases use the database's time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import (
    Connection,
    Insert,
    Row,
    Update,
    and_,
    bindparam,
    case,
    exists,
    insert,
    or_,
    select,
    update,
)
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

Tried = Literal["never", "deferred", "unanswered"]
IN_HAND = ("claimed", "inflight", "unknown")
"""What its owner may have in hand; an unknown one to hand it over again."""

NO_MORE: dict[str, Any] = {"repeat_until": None, "repeat_place": None, "body": None}
"""It is not handed over again under its key."""

# Statements of every mail are made once: making them costs more than SQLite needs to answer.
OURS = update(sends).where(sends.c.id == bindparam("of_send"), sends.c.owner == bindparam("of_owner"))
SETTLE = OURS.where(sends.c.state.in_(IN_HAND))


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
    ours = sends.c.id == send_id, sends.c.owner == owner, sends.c.state.in_(IN_HAND)
    conn.execute(update(sends).where(*ours).values(lease_until=db_now(LEASE)))


def mark_in_flight(
    conn: Connection,
    desk: Desk,
    mail: InHand,
    values: Mapping[str, Any],
    left: Collection[str] | None = None,
    *,
    again: bool = False,
) -> bool:
    """The last gate, and the mark before the final dot, in one statement: what was committed before it
    wins. ``left``: of a deferred mail, the outcomes of a journey that forbid it; else any end does.
    ``again``: of one that had no answer, under its key: it stays ``unknown`` meanwhile."""
    life = None if mail.phone or again else desk.key_life(mail.account)
    marked = {"state": "inflight", "repeat_place": life.place if life else None}
    given = {
        **values,
        **({} if again else marked),
        "of_send": mail.send_id,
        "of_owner": mail.owner,
        "of_campaign": mail.campaign,
        **addressed(desk.secrets, mail.email, mail.phone),
        "of_base_url": desk.base_url,
        "of_namespace": desk.namespace,
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
    tried: Tried = "unanswered" if again else "never" if left is None else "deferred"
    chosen = {"asked": mail.asked is not None, "wished": wishes is not None, "about": bool(about)}
    seconds, of_journey = life.seconds if life else 0.0, mail.journey_id is not None
    marking = _marking(LEASE, named, seconds, of_journey=of_journey, tried=tried, **chosen)
    return conn.execute(marking, given).rowcount == 1


def unmark(conn: Connection, send_id: str, owner: str, *, deferred: bool = False) -> None:
    """For the owner that was told of no mark, and hands nothing over: else nobody would know that."""
    ours = sends.c.id == send_id, sends.c.owner == owner, sends.c.state == "inflight"
    conn.execute(update(sends).where(*ours).values(state="claimed", **({} if deferred else {"body": None})))


@cache
def _claiming(lease: float) -> Insert:
    return insert(sends).values(lease_until=db_now(lease))


@cache
def _claiming_again(lease: float) -> Update:
    return update(sends).where(sends.c.id == bindparam("of_send")).values(lease_until=db_now(lease))


@cache
def _marking(
    lease: float,
    secrets: int,
    key_life: float,
    *,
    of_journey: bool,
    tried: Tried,
    asked: bool,
    wished: bool,
    about: bool,
) -> Update:
    gates = [~exists().where(in_force(secrets, asked, topic=about)), ~exists().where(_stopped())]
    if wished:
        paused = leads.c.id == bindparam("of_lead"), leads.c.mail_pause_until > bindparam("of_now")
        gates.append(~exists().where(*paused))
    if of_journey:
        halted = exists().where(campaigns.c.name == bindparam("of_campaign"), campaigns.c.state == "paused")
        wanted = journeys.c.state == "open"
        if tried != "never":
            wanted = or_(wanted, journeys.c.outcome.not_in(bindparam("left", expanding=True)))
        ours = journeys.c.id == bindparam("of_journey")
        gates += [~halted, exists().where(ours, wanted, journeys.c.paused_at.is_(None))]
    if tried == "unanswered":
        alive = sends.c.state == "unknown", sends.c.repeat_until > db_now()
        return OURS.where(*alive, *gates).values(lease_until=db_now(lease))
    until = db_now(key_life) if key_life else None
    return OURS.where(sends.c.state == "claimed", sends.c.lease_until > db_now(), *gates).values(
        lease_until=db_now(lease), repeat_until=until
    )


def any_deferred(conn: Connection) -> bool:
    """Cheap, for rounds that mostly find nothing."""
    waits = sends.c.state.in_(("retry", "claimed", "unknown"))
    again = or_(sends.c.state != "unknown", sends.c.repeat_until.is_not(None))
    return conn.execute(select(sends.c.id).where(waits, again).limit(1)).first() is not None


def due_again(conn: Connection, owner: str) -> Row[Any] | None:
    """Claims the next deferred mail whose time has come, or one without an answer that may be handed over
    again: that one stays ``unknown``."""
    free = or_(sends.c.lease_until.is_(None), sends.c.lease_until < db_now())
    repeatable = sends.c.state == "unknown", sends.c.repeat_until > db_now(), sends.c.body.is_not(None), free
    due = (
        select(sends.c.id, sends.c.state)
        .where(sends.c.state.in_(("retry", "unknown")), sends.c.not_before <= db_now())
        .where(or_(sends.c.state == "retry", and_(*repeatable)))
        .order_by(sends.c.not_before)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = conn.execute(due).one_or_none()
    if found is None:
        return None
    claimed = {"owner": owner, "lease_until": db_now(LEASE)}
    claimed |= {"state": "claimed"} if found.state == "retry" else {}
    this = sends.c.id == found.id
    conn.execute(update(sends).where(this).values(attempts=sends.c.attempts + 1, **claimed))
    return conn.execute(select(sends).where(this)).one()


def abandoned(conn: Connection) -> int:
    """Deferred mails whose worker went before the mark: nothing was handed over, so they are due again."""
    over = sends.c.state == "claimed", sends.c.lease_until < db_now(), sends.c.body.is_not(None)
    return conn.execute(update(sends).where(*over).values(state="retry", not_before=db_now())).rowcount


def leave_unknown(conn: Connection, send_id: str, owner: str, values: Mapping[str, Any]) -> None:
    """Nothing new is known of one that was to be handed over again; it is out of our hands."""
    ours = sends.c.id == send_id, sends.c.owner == owner, sends.c.state == "unknown"
    conn.execute(update(sends).where(*ours).values(lease_until=None, **values))


def key_is_over(conn: Connection) -> int:
    """Mails without an answer whose key is not trusted any more: nobody will know, but for a webhook."""
    over = sends.c.state == "unknown", sends.c.repeat_until <= db_now()
    return conn.execute(update(sends).where(*over).values(NO_MORE)).rowcount


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
    """Mails that were being handed over when their worker went: nobody knows, and none is sent again
    but under its key."""
    over = sends.c.state == "inflight", sends.c.lease_until < db_now()
    kept = case((sends.c.repeat_until > db_now(), sends.c.body), else_=None)
    gone = {"state": "unknown", "reason": "worker gone", "settled_at": now, "not_before": db_now()}
    return conn.execute(update(sends).where(*over).values(**gone, body=kept)).rowcount


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
