"""Journeys in a short wait on a build that nobody runs any more: taken along to the current one.

Pinned, they would stand still until that build came back. A journey that hibernates needs none of this.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import VersionDrainageStatus
from temporalio.api.workflow.v1 import VersioningOverride, WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from nurture.client.deployments import DEPLOYMENT, POLLED_WITHIN, is_polled
from nurture.contract import JOURNEY, JOURNEYS_QUEUE


class Unanswered(Exception):
    """Temporal did not answer; the text is the kind of trouble, and no more."""


async def free_stranded(client: Client, polled_within: timedelta = POLLED_WITHIN) -> int:
    """How many. ``polled_within``: a build that was heard of so lately is alive. Raises Unanswered."""
    freed = 0
    try:
        async for build in _draining(client):
            if not await is_polled(client, JOURNEYS_QUEUE, build, polled_within):
                freed += await _free(client, build)
    except RPCError as error:
        raise Unanswered(error.status.name) from error
    return freed


async def _draining(client: Client) -> AsyncIterator[str]:
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
    try:
        answer = await client.workflow_service.describe_worker_deployment(request)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return
        raise
    for version in answer.worker_deployment_info.version_summaries:
        if version.drainage_status == VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINING:
            yield version.deployment_version.build_id


async def _free(client: Client, build: str) -> int:
    query = (
        f'WorkflowType="{JOURNEY}" AND ExecutionStatus="Running"'
        f' AND TemporalWorkerDeploymentVersion="{DEPLOYMENT}:{build}"'
    )
    count = 0
    async for found in client.list_workflows(query):
        request = UpdateWorkflowExecutionOptionsRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=found.id, run_id=found.run_id),
            workflow_execution_options=WorkflowExecutionOptions(
                versioning_override=VersioningOverride(auto_upgrade=True)
            ),
            update_mask=FieldMask(paths=["versioning_override"]),
        )
        try:
            await client.workflow_service.update_workflow_execution_options(request)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # it has ended meanwhile
                raise
        else:
            count += 1
    return count
