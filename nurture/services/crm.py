"""Telling the CRM: changes are rows of the transaction that makes them, pushed when the CRM can."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from nurture.clock import Clock
from nurture.crm.connector import Connector, CrmDown, CrmGone, CrmRefused, What
from nurture.services.crm_outbox import KIND, Due, down, due, hand_back, pushed, refused
from nurture.services.crm_rest import close_gate, open_for, open_gate
from nurture.services.desk import Desk
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import outbox
from nurture.store.upserts import insert_unless_there

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
    row = {
        "kind": KIND,
        "record": lead_id,
        "key": f"crm/{what}/{key}",
        "payload": {"lead": lead_id, "what": what, "values": dict(values), "at": clock.now(conn).isoformat()},
        "created_at": db_now(),
    }
    conn.execute(insert_unless_there(conn, outbox, row))


async def push_due(store: Store, desk: Desk, connector: Connector) -> int:
    """One turn of the relay: pushes what is due; how many rows it tried. A CRM that is down ends it."""
    done = 0
    for _ in range(ROUNDS):
        places = await store.read(open_for, connector.name, AT_ONCE, desk)
        items = await store.write(due, connector.name, places) if places else []
        if not items:
            break
        went_well = await _push_all(store, connector, items)
        done += len(items)
        if not went_well:
            break
    return done


async def _push_all(store: Store, connector: Connector, items: list[Due]) -> bool:
    outcomes = await asyncio.gather(*(_push(store, connector, item) for item in items))
    failures = [outcome for outcome in outcomes if outcome is not None]
    if any(isinstance(failure, CrmGone) for failure in failures):
        await store.write(close_gate, connector.name, None)
        return False
    asked = [f.retry_after for f in failures if isinstance(f, CrmDown) and f.retry_after is not None]
    if asked or (len(failures) == len(items) and len(items) >= TOO_MANY_DOWN):
        await store.write(close_gate, connector.name, max(asked, default=0.0))
        return False
    if len(failures) < len(items):
        await store.write(open_gate, connector.name)
    return True


async def _push(store: Store, connector: Connector, item: Due) -> CrmDown | CrmGone | None:
    """What kept it from being settled; None: it was pushed, or refused for good."""
    try:
        result = await connector.push(item.change)
    except CrmRefused as error:
        await store.write(refused, connector.name, item, error)
    except CrmDown as error:
        await store.write(down, connector.name, item, error.kind, error.retry_after)
        return error
    except CrmGone as error:
        await store.write(hand_back, [item])
        return error
    else:
        await store.write(pushed, connector.name, item, result)
    return None
