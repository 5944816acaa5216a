"""Telling of a worker's death, which else is noticed by its silence: where little silence is enough, a worker
that is only slow is taken for dead."""

from __future__ import annotations

import contextlib

from sqlalchemy import Connection, Row, select, update
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.service import RPCError

from nurture.contract import workflow_id
from nurture.store.columns import db_now
from nurture.store.tables import journeys, leases, outbox, sends
from tests.chaos.scene import Scene


async def tell_of_death(scene: Scene) -> None:
    """Of the only worker there was."""
    await scene.store.write(_end_leases)
    for row in scene.store.read_sync(lambda conn: conn.execute(select(journeys)).all()):
        with contextlib.suppress(RPCError):  # its workflow has not begun, or has nothing in hand any more
            await _fail_what_it_did(scene, row)


def _end_leases(conn: Connection) -> None:
    mails = sends.c.state.in_(("claimed", "inflight"))
    conn.execute(update(sends).where(mails).values(lease_until=db_now(-1)))
    conn.execute(update(outbox).where(outbox.c.lease_until.is_not(None)).values(lease_until=db_now(-1)))
    conn.execute(update(leases).values(until=db_now(-1)))


async def _fail_what_it_did(scene: Scene, row: Row[tuple[object, ...]]) -> None:
    workflow = workflow_id(row.campaign, row.lead_id, row.entry)
    found = (await scene.client.get_workflow_handle(workflow).describe()).raw_description
    for activity in found.pending_activities:
        if activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED:
            handle = scene.client.get_async_activity_handle(
                workflow_id=workflow, run_id=None, activity_id=activity.activity_id
            )
            await handle.fail(RuntimeError("its worker is gone"))
