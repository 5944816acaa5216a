"""What Temporal says is running: asked once for all journeys, and one by one where it matters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from nurture.client.connection import TemporalUnreachable
from nurture.contract import JOURNEY

PAGE = 1000
UNREACHABLE = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)


@dataclass(frozen=True)
class Run:
    """One link of a journey's chain of runs."""

    run_id: str
    state: str
    started_at: datetime
    wakes_at: datetime | None
    ended_at: datetime | None
    events: int


async def running_journeys(client: Client) -> AsyncIterator[str]:
    """Workflow ids, in no order. Visibility lags: a new one may be missing, an ended one still there."""
    query = f'WorkflowType="{JOURNEY}" AND ExecutionStatus="Running"'
    try:
        async for found in client.list_workflows(query, page_size=PAGE):
            yield found.id
    except RPCError as error:
        raise _reached(client, error) from error


async def hibernated(client: Client) -> int:
    """Journeys of which a run has ended to sleep outside of any; as long as Temporal keeps that."""
    query = f'WorkflowType="{JOURNEY}" AND ExecutionStatus="ContinuedAsNew"'
    try:
        return len({found.id async for found in client.list_workflows(query, page_size=PAGE)})
    except RPCError as error:
        raise _reached(client, error) from error


async def is_running(client: Client, workflow_id: str) -> bool:
    """By the server's own state, which does not lag."""
    try:
        found = await client.get_workflow_handle(workflow_id).describe()
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return False
        raise _reached(client, error) from error
    return found.status == WorkflowExecutionStatus.RUNNING


async def run_chain(client: Client, workflow_id: str, most: int = 10) -> list[Run]:
    """The newest runs, newest first; older ones go when Temporal's retention has passed."""
    found = client.list_workflows(f'WorkflowId="{workflow_id}"', limit=most)
    try:
        return [_run(one) async for one in found]
    except RPCError as error:
        raise _reached(client, error) from error


def _run(found: WorkflowExecution) -> Run:
    return Run(
        run_id=found.run_id,
        state=found.status.name.lower() if found.status else "unknown",
        started_at=found.start_time,
        wakes_at=found.execution_time,
        ended_at=found.close_time,
        events=found.history_length,
    )


def _reached(client: Client, error: RPCError) -> Exception:
    if error.status in UNREACHABLE:
        return TemporalUnreachable(client.service_client.config.target_host)
    return error
