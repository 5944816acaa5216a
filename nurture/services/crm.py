"""Telling the CRM: changes are rows of the transaction that makes them, pushed when the CRM can."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, update

from nurture.clock import Clock
from nurture.crm.connector import (
    Batches,
    Connector,
    CrmDown,
    CrmGone,
    CrmRefused,
    CrmSpent,
    Outcome,
    Pushed,
    What,
)
from nurture.services.crm_meter import only_reserve
from nurture.services.crm_outbox import KIND, URGENT, Due, down, due, hand_back, pushed, refused
from nurture.services.crm_rest import close_gate, open_for, open_gate
from nurture.services.desk import Desk
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import outbox
from nurture.store.upserts import insert_unless_there

ORDINARY = 1
"""The lane of all but handoffs and their owners."""
AT_ONCE = 16
"""Leads whose changes are pushed at the same time."""
ROUNDS = 50
"""Of AT_ONCE changes in one call, so that the relay's other work has its turn."""
TOO_MANY_DOWN = 3
"""Leads refused for the moment in one go, and nobody taken: it is the CRM, not one of them."""


def queue(
    conn: Connection, clock: Clock, lead_id: str, what: What, values: Mapping[str, Any], key: str
) -> None:
    """One change, told once per ``what`` and ``key``. For callers who know of a CRM (``Desk.crm``)."""
    lane = URGENT if what in ("handoff", "owner") else ORDINARY
    row = {
        "kind": KIND,
        "record": lead_id,
        "lane": lane,
        "key": f"crm/{what}/{key}",
        "payload": {"lead": lead_id, "what": what, "values": dict(values), "at": clock.now(conn).isoformat()},
        "created_at": db_now(),
    }
    conn.execute(insert_unless_there(conn, outbox, row))
    if lane == URGENT:  # what goes before it must not keep it waiting
        before = outbox.c.record == lead_id, outbox.c.kind == KIND, outbox.c.state == "open"
        conn.execute(update(outbox).where(*before, outbox.c.lane != URGENT).values(lane=URGENT))


async def push_due(store: Store, desk: Desk, connector: Connector, settles: timedelta = timedelta(0)) -> int:
    """One turn of the relay: pushes what is due; how many rows it tried. A CRM that is down ends it.
    ``settles``: a lead who was pushed so long ago is left alone: what we wrote may not show there yet, and
    the value before it would be taken for one that a person set."""
    done = 0
    for _ in range(ROUNDS):
        places = await store.read(open_for, connector.name, AT_ONCE, desk)
        if not places:
            break
        reserved = await store.read(only_reserve, connector.name)
        items = await store.write(
            due, connector.name, places, desk, urgent_only=reserved, settles=settles.total_seconds()
        )
        if not items:
            break
        went_well = await _push_all(store, desk, connector, items)
        done += len(items)
        if not went_well:
            break
    return done


async def _push_all(store: Store, desk: Desk, connector: Connector, items: list[Due]) -> bool:
    desk.reached("crm/leased")
    outcomes = await _outcomes(connector, items)
    desk.reached("crm/answered")
    for item, outcome in zip(items, outcomes, strict=True):
        await store.write(_settle, desk, connector.name, item, outcome)
        desk.reached("crm/booked")
    failures = [one for one in outcomes if isinstance(one, CrmDown | CrmGone)]
    if any(isinstance(failure, CrmGone) for failure in failures):
        await store.write(close_gate, connector.name, None)
        return False
    closing = [one for one in failures if isinstance(one, CrmDown) and not isinstance(one, CrmSpent)]
    asked = [one.retry_after for one in closing if one.retry_after is not None]
    if asked or (len(closing) == len(items) and len(items) >= TOO_MANY_DOWN):
        await store.write(close_gate, connector.name, max(asked, default=0.0))
        return False
    if len(failures) < len(items):
        await store.write(open_gate, connector.name)
    return True


async def _outcomes(connector: Connector, items: list[Due]) -> list[Outcome]:
    """Handoffs go in a batch of their own: they may use what is kept in reserve."""
    if not isinstance(connector, Batches):
        return list(await asyncio.gather(*(_push(connector, item) for item in items)))
    found: dict[int, Outcome] = {}
    for urgent in (True, False):
        part = [item for item in items if item.urgent == urgent]
        if part:
            outcomes = await connector.push_many([item.change for item in part], urgent=urgent)
            found |= {item.row: outcome for item, outcome in zip(part, outcomes, strict=True)}
    return [found[item.row] for item in items]


async def _push(connector: Connector, item: Due) -> Outcome:
    try:
        return await connector.push(item.change)
    except (CrmDown, CrmGone, CrmRefused) as failed:
        return failed


def _settle(conn: Connection, desk: Desk, crm: str, item: Due, outcome: Outcome) -> None:
    if isinstance(outcome, Pushed):
        pushed(conn, crm, item, outcome, desk)
    elif isinstance(outcome, CrmRefused):
        refused(conn, crm, item, outcome)
    elif isinstance(outcome, CrmGone):
        hand_back(conn, [item])
    else:
        down(conn, crm, item, outcome)
    desk.reached("crm/booking")
