"""Builds of the worker: what a worker says it is, and which build new and waking journeys go to."""

from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from temporalio.api.deployment.v1 import WorkerDeploymentVersion as VersionMessage
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkerDeploymentVersionRequest,
    DescribeWorkerDeploymentVersionResponse,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

from nurture.domain.errors import NurtureError

DEPLOYMENT = "nurture"
POLLED_WITHIN = timedelta(seconds=75)
"""A long poll lasts 60 seconds, so a living worker shows within it."""


class PromotionRefused(NurtureError):
    """The build has no living worker, so leads sent to it would stand still."""


def worker_deployment(build: str, *, hibernating: bool = True) -> WorkerDeploymentConfig | None:
    """None when no build is named: such a worker is unversioned. A journey that hibernates stays on its build
    and wakes on the newest; one that waits in its run must be taken along by it."""
    if not build:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED
        if hibernating
        else VersioningBehavior.AUTO_UPGRADE,
    )


def build_id(build: str) -> str | None:
    """What a worker without a build calls itself; by itself the SDK reads all code at the start for that."""
    return None if build else f"nurture {version('nurture')}"


async def promote(client: Client, build: str, deployment: str = DEPLOYMENT) -> None:
    """New journeys start on this build from now, sleepers wake on it."""
    queues = await _workflow_queues(client, build, deployment)
    for queue in queues:
        if not await is_polled(client, queue, build):
            raise PromotionRefused(
                f"No worker of build {build} polls the task queue {queue} now.",
                f"Start one with NURTURE_BUILD={build} nurture worker, then promote again.",
            )
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace, deployment_name=deployment, build_id=build, identity=client.identity
    )
    try:
        await client.workflow_service.set_worker_deployment_current_version(request)
    except RPCError as error:
        if error.status not in (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.NOT_FOUND):
            raise
        raise PromotionRefused(
            f"Temporal does not promote build {build}: {error.message}.",
            "Start workers of this build for every task queue that the current build serves.",
        ) from error


async def _workflow_queues(client: Client, build: str, deployment: str) -> list[str]:
    request = DescribeWorkerDeploymentVersionRequest(
        namespace=client.namespace,
        deployment_version=VersionMessage(deployment_name=deployment, build_id=build),
    )
    try:
        answer = await client.workflow_service.describe_worker_deployment_version(request)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        raise PromotionRefused(
            f"No worker of build {build} has ever connected.",
            f"Start one with NURTURE_BUILD={build} nurture worker, then promote again.",
        ) from error
    return _names(answer)


def _names(answer: DescribeWorkerDeploymentVersionResponse) -> list[str]:
    workflow = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
    return sorted(queue.name for queue in answer.version_task_queues if queue.type == workflow)


async def is_polled(client: Client, queue: str, build: str, within: timedelta = POLLED_WITHIN) -> bool:
    """Whether a worker of the build lives."""
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    since = datetime.now(UTC) - within
    return any(
        poller.deployment_options.build_id == build
        and poller.last_access_time.ToDatetime(tzinfo=UTC) >= since
        for poller in answer.pollers
    )
