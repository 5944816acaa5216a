"""Judging clicks and opens again by networks of scanners that were not known when they came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from nurture.domain.machines import Verdict
from nurture.services.changes import lock_leads
from nurture.services.desk import Desk
from nurture.services.judging import JUDGED, judge_mail
from nurture.services.look import turn_over
from nurture.services.networks import Network, hashes
from nurture.store.session import Store
from nurture.store.tables import events

AT_ONCE = 500


@dataclass(frozen=True)
class Rejudged:
    looked_at: int = 0
    met: int = 0
    """Came from one of the networks, and were not known to."""
    turned: int = 0
    """Are a machine's now, or a person's again."""


def rejudge(store: Store, desk: Desk, networks: Sequence[Network], back: timedelta) -> Rejudged:
    """Page by page, each a transaction. What was met stays marked, so that a second run finds nothing."""
    known, after, found = hashes(desk.secrets, networks), 0, Rejudged()
    while True:
        after, page = store.write_sync(_page, desk, known, back, after)
        found = Rejudged(found.looked_at + page.looked_at, found.met + page.met, found.turned + page.turned)
        if not after:
            store.poke()
            return found


def _page(
    conn: Connection, desk: Desk, known: frozenset[str], back: timedelta, after: int
) -> tuple[int, Rejudged]:
    row, since = events.c, desk.clock.now(conn) - back
    query = select(row.id, row.lead_id, row.send_id, row.data).where(
        row.id > after, row.type.in_(JUDGED), row.received_at >= since, row.looked_at.is_not(None)
    )
    rows = conn.execute(query.order_by(row.id).limit(AT_ONCE)).all()
    met = [one for one in rows if one.lead_id and one.send_id and _meets(one, known)]
    turned = _again(conn, desk, met) if met else 0
    return (rows[-1].id if len(rows) == AT_ONCE else 0), Rejudged(len(rows), len(met), turned)


def _meets(row: Any, known: frozenset[str]) -> bool:
    data = row.data or {}
    return not data.get("scanner") and not known.isdisjoint(data.get("nets") or ())


def _again(conn: Connection, desk: Desk, met: Sequence[Any]) -> int:
    leads = sorted({row.lead_id for row in met})
    lock_leads(conn, leads)
    for row in met:
        conn.execute(update(events).where(events.c.id == row.id).values(data={**row.data, "scanner": True}))
    turned: dict[int, Verdict] = {}
    for send_id in sorted({row.send_id for row in met}):
        turned |= judge_mail(conn, send_id)
    turn_over(conn, desk, turned)
    return len(turned)
