"""Addresses that must not get mail, kept as HMACs: they outlive erasure, and a copied table names nobody."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, or_, select, update

from nurture.clock import Clock
from nurture.store.columns import new_id
from nurture.store.tables import suppressions
from nurture.store.upserts import insert_unless_there

ALL = "all"
"""The scope of a suppression that holds for every campaign."""

SUPPRESSED = (
    select(suppressions.c.reason)
    .where(
        suppressions.c.address.in_(bindparam("addresses", expanding=True)),
        suppressions.c.lifted.is_(False),
        or_(suppressions.c.scope == ALL, suppressions.c.scope == bindparam("campaign")),
    )
    .limit(1)
)


def address_hmac(secret: str | bytes, email: str) -> str:
    """Of the normalised address, under the installation's secret."""
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, b"nurture.address:" + email.strip().lower().encode(), "sha256").hexdigest()


def suppress(
    conn: Connection, clock: Clock, secret: str | bytes, email: str, reason: str, scope: str = ALL
) -> bool:
    """reason: ``unsubscribed``, ``complained`` or ``bounced``. False: it was suppressed already."""
    address, now = address_hmac(secret, email), clock.now(conn)
    row = {"id": new_id(), "address": address, "scope": scope, "reason": reason, "at": now}
    if conn.execute(insert_unless_there(conn, suppressions, row)).rowcount:
        return True
    again = (
        update(suppressions)
        .where(
            suppressions.c.address == address, suppressions.c.scope == scope, suppressions.c.lifted.is_(True)
        )
        .values(lifted=False, reason=reason, at=now)
    )
    return conn.execute(again).rowcount > 0


def suppressed(
    conn: Connection, secrets: Sequence[str | bytes], email: str, campaign: str = ""
) -> str | None:
    """The reason, or None. ``secrets``: all that have ever been used, newest first."""
    addresses = [address_hmac(secret, email) for secret in secrets]
    return conn.execute(SUPPRESSED, {"addresses": addresses, "campaign": campaign}).scalar_one_or_none()
