"""What a chain of runs costs: its billable actions and its bytes, read from the real histories."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.service import RPCError, RPCStatusCode

from nurture.client import Client

BILLABLE = {
    EventType.EVENT_TYPE_TIMER_STARTED: "timer",
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "activity",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signal",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "update",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "upsert",
}


async def actions(client: Client, workflow_id: str) -> Counter[str]:
    """By kind, over all runs. A start by a signal is one action in all; each retry of an activity is one."""
    found: Counter[str] = Counter()
    async for run_id in _runs(client, workflow_id):
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        found += _actions_of(history.events)
    return found


def _actions_of(events: Sequence[HistoryEvent]) -> Counter[str]:
    found: Counter[str] = Counter()
    for event in events:
        kind = BILLABLE.get(event.event_type)
        if kind:
            found[kind] += 1
        started = event.activity_task_started_event_attributes
        if event.HasField("activity_task_started_event_attributes") and started.attempt > 1:
            found["retry"] += started.attempt - 1
        if event.HasField("workflow_execution_started_event_attributes"):
            begun = event.workflow_execution_started_event_attributes
            found["continue-as-new" if begun.continued_execution_run_id else "start"] += 1
    if found["start"] and _started_by_signal(events):
        found["signal"] -= 1
    return +found


def _started_by_signal(events: Sequence[HistoryEvent]) -> bool:
    return len(events) > 1 and events[1].event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED


async def bytes_now(client: Client, workflow_id: str) -> tuple[int, int]:
    """Of the current run, as the server counts: (bytes of its history, events); (0, 0) if there is none."""
    request = DescribeWorkflowExecutionRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
    )
    try:
        described = await client.workflow_service.describe_workflow_execution(request)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return 0, 0
        raise
    info = described.workflow_execution_info
    return info.history_size_bytes, info.history_length


async def _runs(client: Client, workflow_id: str) -> AsyncIterator[str]:
    """The chain, newest first: followed from run to run, so that nothing rests on a lagging index."""
    run: str | None = (await client.get_workflow_handle(workflow_id).describe()).run_id
    while run:
        yield run
        begun = await anext(client.get_workflow_handle(workflow_id, run_id=run).fetch_history_events())
        run = begun.workflow_execution_started_event_attributes.continued_execution_run_id or None
