"""Removing runs that a database knows nothing of, so that its journeys can begin anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from nurture.contract import JOURNEY

AT_ONCE = 20
REASON = "begins anew from its row"


async def completed_journeys(client: Client) -> AsyncIterator[str]:
    """Workflow ids of journeys that came to their end, as long as Temporal keeps them."""
    query = f'WorkflowType="{JOURNEY}" AND ExecutionStatus="Completed"'
    async for found in client.list_workflows(query, page_size=1000):
        yield found.id


async def terminate(client: Client, workflows: Iterable[str]) -> int:
    """How many were running. Those that have ended meanwhile are let be."""

    async def one(name: str) -> None:
        await client.get_workflow_handle(name).terminate(reason=REASON)

    return await _each(workflows, one)


async def forget(client: Client, workflows: Iterable[str]) -> int:
    """Deletes ended runs: a journey that ended after the backup may then begin again."""

    async def one(name: str) -> None:
        await client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=client.namespace, workflow_execution=WorkflowExecution(workflow_id=name)
            )
        )

    return await _each(workflows, one)


async def _each(workflows: Iterable[str], act: Callable[[str], Awaitable[None]]) -> int:
    gate = asyncio.Semaphore(AT_ONCE)

    async def guarded(name: str) -> bool:
        async with gate:
            try:
                await act(name)
            except RPCError as error:
                if error.status != RPCStatusCode.NOT_FOUND:
                    raise
                return False
        return True

    return sum(await asyncio.gather(*(guarded(name) for name in workflows)))
