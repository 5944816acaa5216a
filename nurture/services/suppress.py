"""Addresses that must not get mail, kept as HMACs: they outlive erasure, and a copied table names nobody."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, not_, or_, select, update

from nurture.clock import Clock
from nurture.domain.gone import lighter
from nurture.domain.opt_in import UNSUBSCRIBED
from nurture.domain.preferences import TOPIC
from nurture.store.columns import new_id
from nurture.store.tables import suppressions
from nurture.store.upserts import insert_unless_there

ALL = "all"
"""The scope of a suppression that holds for every campaign."""
ERASED = "erased"
"""The reason of somebody who wanted to be forgotten: they get nothing, and nothing brings them back."""
AT_ONCE = 500
"""Addresses asked for in one statement."""


def address_hmac(secret: str | bytes, email: str) -> str:
    """Of the normalised address, under the installation's secret."""
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, b"nurture.address:" + email.strip().lower().encode(), "sha256").hexdigest()


def suppress(
    conn: Connection, clock: Clock, secret: str | bytes, email: str, reason: str, scope: str = ALL
) -> bool:
    """reason: ``unsubscribed``, ``complained`` or ``bounced``. False: it was suppressed already, for this
    reason or a weightier one: which one stands does not hang on what was told first."""
    address, now = address_hmac(secret, email), clock.now(conn)
    row = {"id": new_id(), "address": address, "scope": scope, "reason": reason, "at": now}
    if conn.execute(insert_unless_there(conn, suppressions, row)).rowcount:
        return True
    again = (
        update(suppressions)
        .where(suppressions.c.address == address, suppressions.c.scope == scope)
        .where(or_(suppressions.c.lifted.is_(True), suppressions.c.reason.in_(lighter(reason))))
        .values(lifted=False, reason=reason, at=now)
    )
    return conn.execute(again).rowcount > 0


def suppressed(
    conn: Connection, secrets: Sequence[str | bytes], email: str, campaign: str = ""
) -> str | None:
    """The reason, or None. ``secrets``: all that have ever been used, newest first."""
    asked = _suppressed(len(secrets))
    given = {**addressed(secrets, email), "of_campaign": campaign}
    row = conn.execute(asked, given).one_or_none()
    return row.reason if row else None


def unsubscribed_at(
    conn: Connection, secrets: Sequence[str | bytes], email: str, campaign: str = ""
) -> datetime | None:
    """When she said so last, if nothing weightier and no bounce stands beside it."""
    given = {**addressed(secrets, email), "of_campaign": campaign}
    rows = conn.execute(_standing(len(secrets)), given).all()
    alone = {row.reason for row in rows} == {UNSUBSCRIBED}
    return max(row.at for row in rows) if alone else None


def say_again(
    conn: Connection, clock: Clock, secrets: Sequence[str | bytes], email: str, since: datetime
) -> bool:
    """She unsubscribes once more, if she did so last before ``since``; False: something weightier stands, or
    it is not the first time."""
    own, now = [address_hmac(secret, email) for secret in secrets], clock.now(conn)
    row = suppressions.c
    said = (
        row.address.in_(own),
        row.reason == UNSUBSCRIBED,
        row.at < now,
        row.at <= since,
        row.lifted.is_(False),
    )
    return conn.execute(update(suppressions).where(*said).values(at=now)).rowcount > 0


def lift(conn: Connection, secrets: Sequence[str | bytes], email: str, at: datetime) -> bool:
    """She has said ``at`` that she wants mail again. What she unsubscribed from since stands, as do
    complaints, bounces and topics that she does not want; the row stays, as history."""
    own = [address_hmac(secret, email) for secret in secrets]
    row = suppressions.c
    said = row.address.in_(own), row.reason == UNSUBSCRIBED, row.at <= at, row.lifted.is_(False)
    of_all = row.scope.not_like(f"{TOPIC}%")
    return conn.execute(update(suppressions).where(*said, of_all).values(lifted=True)).rowcount > 0


def erased(conn: Connection, secrets: Sequence[str | bytes], emails: Collection[str]) -> frozenset[str]:
    """Those of ``emails`` whose owners were erased."""
    own = {address_hmac(secret, email): email for email in emails for secret in secrets}
    row, wanted = suppressions.c, list(own)
    found: set[str] = set()
    for start in range(0, len(wanted), AT_ONCE):
        part = row.address.in_(wanted[start : start + AT_ONCE])
        found |= {own[one] for one in conn.scalars(select(row.address).where(part, row.reason == ERASED))}
    return frozenset(found)


@cache
def _standing(secrets: int) -> Select[tuple[str, datetime]]:
    return select(suppressions.c.reason, suppressions.c.at).where(in_force(secrets))


def standing(
    conn: Connection, secrets: Sequence[str | bytes], email: str, campaign: str, topic: str
) -> tuple[str | None, bool]:
    """As ``suppressed``, and whether nothing is wanted about ``topic``: by one statement."""
    given = {**addressed(secrets, email), "of_campaign": campaign, "of_topic": f"{TOPIC}{topic}"}
    rows = conn.execute(_about(len(secrets)), given).all()
    about = [row for row in rows if row.scope == given["of_topic"]]
    return next((row.reason for row in rows if row not in about), None), bool(about)


def scopes_of(conn: Connection, secrets: Sequence[str | bytes], email: str) -> Sequence[tuple[str, str]]:
    """(scope, reason) of all that stands for the address but for what holds for every campaign."""
    row = suppressions.c
    own = row.address.in_([address_hmac(secret, email) for secret in secrets]), row.lifted.is_(False)
    query = select(row.scope, row.reason).where(*own, row.scope != ALL).order_by(row.scope)
    return [(one.scope, one.reason) for one in conn.execute(query)]


def want_again(conn: Connection, secrets: Sequence[str | bytes], email: str, topic: str) -> bool:
    """False: nothing stood."""
    rule = suppressions.c
    hashes = [address_hmac(secret, email) for secret in secrets]
    stands = update(suppressions).where(
        rule.address.in_(hashes), rule.scope == f"{TOPIC}{topic}", rule.lifted.is_(False)
    )
    return conn.execute(stands.values(lifted=True)).rowcount > 0


@cache
def _about(secrets: int) -> Select[tuple[str, str]]:
    return select(suppressions.c.reason, suppressions.c.scope).where(in_force(secrets, topic=True))


@cache
def _suppressed(secrets: int) -> Select[tuple[str]]:
    return select(suppressions.c.reason).where(in_force(secrets)).limit(1)


def in_force(secrets: int, asked: bool = False, *, topic: bool = False) -> ColumnElement[bool]:
    """``asked``: but for what she unsubscribed from before ``of_asking``. ``topic``: of ``of_topic`` too.

    Of rows of ``suppressions``, for the parameters of ``addressed`` and ``of_campaign``. Not IN: a list
    of parameters is laid out anew at every call."""
    named = [suppressions.c.address == bindparam(f"address_{index}") for index in range(secrets)]
    scopes = [suppressions.c.scope == ALL, suppressions.c.scope == bindparam("of_campaign")]
    scopes += [suppressions.c.scope == bindparam("of_topic")] if topic else []
    standing = and_(or_(*named), suppressions.c.lifted.is_(False), or_(*scopes))
    if not asked:
        return standing
    before = and_(suppressions.c.reason == UNSUBSCRIBED, suppressions.c.at <= bindparam("of_asking"))
    return and_(standing, not_(before))


def addressed(secrets: Sequence[str | bytes], email: str, phone: str = "") -> dict[str, str]:
    pairs = [(secret, one) for one in (email, phone) if one or one is email for secret in secrets]
    return {f"address_{index}": address_hmac(secret, one) for index, (secret, one) in enumerate(pairs)}
