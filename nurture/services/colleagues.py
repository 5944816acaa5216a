"""Telling leads that a field of their company has another value: page by page, however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from nurture.clock import Clock
from nurture.services.lead_rows import tell_changes
from nurture.store.columns import new_id
from nurture.store.tables import account_changes, accounts, leads

PAGE = 200
"""Leads in one transaction; each is then looked at, and so are the events of others between two pages."""


def note_changes(
    conn: Connection, changed: Mapping[str, Sequence[str]], told: Mapping[str, Sequence[str]], source: str
) -> None:
    """``changed``: account -> whole names of its fields; ``told``: account -> leads who hear of it anyway.

    Nothing is noted of a company of which no other lead is known."""
    if not changed:
        return
    others = exists().where(
        leads.c.account_id == accounts.c.id, leads.c.id.not_in([one for ids in told.values() for one in ids])
    )
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "account_id": account,
            "fields": sorted(changed[account]),
            "told": list(told.get(account, ())),
            "source": source,
        }
        for account in conn.scalars(select(accounts.c.id).where(accounts.c.id.in_(changed), others))
    ]
    if rows:
        conn.execute(insert(account_changes), rows)


def tell_colleagues(conn: Connection, clock: Clock) -> int:
    """How many rows it saw to: 0 if nobody is to be told anything."""
    oldest = select(account_changes).order_by(account_changes.c.id).limit(1)
    change = conn.execute(oldest).one_or_none()
    if change is None:
        return 0
    query = select(leads.c.id).where(leads.c.account_id == change.account_id, leads.c.merged_into.is_(None))
    page = query.where(leads.c.id > change.after) if change.after else query
    ids = list(conn.scalars(page.order_by(leads.c.id).limit(PAGE)))
    news = [(lead, list(change.fields)) for lead in ids if lead not in change.told]
    tell_changes(conn, news, clock.now(conn), change.source)
    this = account_changes.c.id == change.id
    if len(ids) == PAGE:
        conn.execute(update(account_changes).where(this).values(after=ids[-1]))
    else:
        conn.execute(delete(account_changes).where(this))
    return len(ids) + 1
