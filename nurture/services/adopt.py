"""Whose database this is: a copy of it, under another address, must never mail (promise 11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from nurture.domain.errors import NurtureError
from nurture.store.columns import db_now, new_id
from nurture.store.tables import installation

THE_ROW = 1


class OtherClock(NurtureError):
    """This database lives on the other clock: campaign time cannot change its kind."""


def ensure_installation(
    conn: Connection,
    clock_kind: str,
    base_url: str,
    namespace: str,
    *,
    stepped_to: datetime | None = None,
    settings: Mapping[str, object] | None = None,
) -> None:
    """Makes row 1 at the first start, nothing later. ``stepped_to``: where a stepped clock begins."""
    found = conn.execute(select(installation.c.clock)).scalar_one_or_none()
    if found == clock_kind:
        return
    if found is not None:
        raise OtherClock(
            f"This database runs on the {found} clock, and {clock_kind} was asked for.",
            f"Set NURTURE_CLOCK={found}, or use another database (--data DIR).",
        )
    if clock_kind == "stepped" and stepped_to is None:
        raise OtherClock("A stepped clock needs an instant to begin with.", "Give one to the demo.")
    conn.execute(
        insert(installation).values(
            id=THE_ROW,
            uuid=new_id(),
            base_url=base_url,
            namespace=namespace,
            clock=clock_kind,
            stepped_to=stepped_to,
            created_at=db_now(),
            settings=dict(settings or {}),
        )
    )


def is_copy(conn: Connection, base_url: str, namespace: str) -> str | None:
    """Why nothing may be sent: this database belongs to an installation elsewhere. None: it is ours."""
    row = conn.execute(select(installation.c.base_url, installation.c.namespace)).one_or_none()
    return None if row is None else copied(row.base_url, row.namespace, base_url, namespace)


def copied(home: str, home_namespace: str, base_url: str, namespace: str) -> str | None:
    """The same, of what the row says."""
    do = f"run `nurture adopt {base_url}`"
    if home != base_url:
        return f"this database belongs to {home}, and this is {base_url}: {do}"
    if home_namespace != namespace:
        return f"this database belongs to the namespace {home_namespace}, and this is {namespace}: {do}"
    return None


def adopt(conn: Connection, base_url: str, namespace: str) -> None:
    """From now this database is the installation at ``base_url``; its original is not touched."""
    conn.execute(update(installation).values(base_url=base_url, namespace=namespace, uuid=new_id()))
