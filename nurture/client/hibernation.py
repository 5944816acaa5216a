"""Whether this server wakes and times hibernating runs as we rely on, tried with a tiny workflow of its own.

Older servers add the unspent part of an early-woken backoff to the next one. The trial: sleep a minute, be
woken while it sleeps, sleep 1 s more; a fit server ends it in 1 to 3 seconds, an unfit one after a minute.
What lies between is patience with a busy machine: held unfit, its waits would stay in the run until the next
start.
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from temporalio import workflow
from temporalio.api.workflowservice.v1 import GetClusterInfoRequest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.workflow import ContinueAsNewVersioningBehavior

from nurture.client.deployments import build_id

log = logging.getLogger("nurture.hibernation")

LONG, SHORT, TOO_LATE = 60.0, 1.0, 30.0
LOOK_EVERY = 0.1
"""Seconds."""


@workflow.defn(name="HibernationTrial")
class HibernationTrial:
    def __init__(self) -> None:
        self.woken = False

    @workflow.run
    async def run(self, sleeps: int) -> None:
        if sleeps == 0:
            self._hibernate(1, LONG)
        if sleeps == 1 and self.woken:
            self._hibernate(2, SHORT)

    def _hibernate(self, sleeps: int, seconds: float) -> None:
        workflow.continue_as_new(
            sleeps,
            backoff_start_interval=timedelta(seconds=seconds),
            initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )

    @workflow.signal
    def wake(self) -> None:
        self.woken = True


async def hibernation_works(client: Client) -> bool:
    """Takes about a second on a fit server, half a minute on an unfit one."""
    queue = f"nurture-hibernation-{uuid.uuid4().hex[:12]}"
    cancelled: asyncio.CancelledError | None = None
    async with Worker(
        client,
        task_queue=queue,
        workflows=[HibernationTrial],
        workflow_runner=UnsandboxedWorkflowRunner(),
        build_id=build_id(""),
        max_concurrent_workflow_tasks=2,
    ):
        try:
            return await _trial(client, queue)
        except (RPCError, WorkflowFailureError):
            return False
        except asyncio.CancelledError as error:  # a worker that shuts down inside a cancellation hangs
            cancelled = error
    raise cancelled


async def _trial(client: Client, queue: str) -> bool:
    trial = await client.start_workflow(HibernationTrial.run, 0, id=queue, task_queue=queue)
    try:
        async with asyncio.timeout(TOO_LATE):
            await _asleep(client, trial)
            woken = time.monotonic()
            await client.start_workflow(
                HibernationTrial.run,
                0,
                id=queue,
                task_queue=queue,
                start_signal="wake",
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
            await trial.result()
    except TimeoutError:
        await client.get_workflow_handle(queue).terminate("too late")
        return False
    return time.monotonic() - woken >= SHORT - 0.5


async def _asleep(client: Client, trial: WorkflowHandle[HibernationTrial, None]) -> None:
    """A signal that comes before would wake nobody: on a busy machine the first run takes its time."""
    handle = client.get_workflow_handle(trial.id)
    while (await handle.describe()).run_id == trial.first_execution_run_id:  # noqa: ASYNC110 - the server's
        await asyncio.sleep(LOOK_EVERY)


class Hibernation:
    """What the worker asks. Until the server was tried, the answer of an earlier trial counts, else no."""

    def __init__(self, setting: str, cache: Path | None = None) -> None:
        """`setting`: auto or off. `cache`: a file that keeps the answer per server."""
        self._setting = setting
        self._cache = cache
        self._works = False

    @property
    def allowed(self) -> bool:
        return self._setting == "auto" and self._works

    async def learn(self, client: Client) -> bool:
        """Meant to run beside the worker, so that starting never waits for it."""
        if self._setting == "off":
            return False
        server = await _server(client)
        known = self._read()
        self._works = known.get(server, False)
        if not self._works:
            self._works = await hibernation_works(client)
            self._write({**known, server: self._works})
            if not self._works:
                log.warning("this Temporal server does not time hibernation rightly; waits stay in the run")
        return self._works

    def _read(self) -> dict[str, bool]:
        if self._cache is None or not self._cache.is_file():
            return {}
        try:
            found = json.loads(self._cache.read_text())
        except ValueError:  # half-written by a machine that lost power; the next trial replaces it
            return {}
        return {str(server): bool(works) for server, works in found.items()}

    def _write(self, known: Mapping[str, bool]) -> None:
        if self._cache is not None:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            self._cache.write_text(json.dumps(known, indent=1) + "\n")


async def _server(client: Client) -> str:
    info = await client.workflow_service.get_cluster_info(GetClusterInfoRequest())
    return f"{info.cluster_id}/{info.server_version}/{client.namespace}"
