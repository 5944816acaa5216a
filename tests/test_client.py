"""On the real server: no text of failures in Temporal and logs (promise 7), hibernation, promoted builds."""

import asyncio
import importlib
import io
import re
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RetryPolicy, VersioningBehavior
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from nurture.client import (
    Hibernation,
    PromotionRefused,
    build_id,
    connect,
    outside_address,
    promote,
    worker_deployment,
)
from nurture.client import hibernation as hibernation_module
from nurture.client.failures import SCRUBBED
from nurture.client.sandbox import sandboxed
from nurture.embedded.temporal import EmbeddedTemporal

CANARY = "maria.zimmer@canary.example"
NAME = "Maria Zimmer"
REFUSED = "RecipientRefused"


class Refused(Exception):
    """As aiosmtplib's: the address is in its text and in its arguments."""


@activity.defn
async def refuse(how: str) -> None:
    if how == "code":
        raise ApplicationError(f"to {CANARY}", "5.1.1", CANARY, type=REFUSED, non_retryable=True)
    if how == "details":
        raise ApplicationError(f"to {CANARY}", {"to": CANARY, "name": NAME}, type=f"refused {NAME}")
    try:
        raise Refused(550, f"<{CANARY}> unknown, {NAME}")
    except Refused as error:
        raise RuntimeError(f"cannot mail {NAME}") from error


@workflow.defn
class Failing:
    @workflow.run
    async def run(self, how: str) -> None:
        if how == "task":
            raise LookupError(f"no step for {NAME} {CANARY}")
        if how == "workflow":
            raise ApplicationError(f"no template for {NAME} {CANARY}")
        await workflow.execute_activity(
            refuse,
            how,
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


@workflow.defn(versioning_behavior=VersioningBehavior.PINNED)
class Idle:
    @workflow.run
    async def run(self) -> None:
        return


class Incidents:
    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def record(self, kind: str, text: str) -> str:
        number = f"i-{len(self.texts) + 1}"
        self.texts[number] = f"{kind}: {text}"
        return number


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def temporal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedTemporal]:
    async with EmbeddedTemporal(tmp_path_factory.mktemp("temporal"), headless=True) as server:
        yield server


@pytest.fixture
def incidents() -> Incidents:
    return Incidents()


@pytest_asyncio.fixture
async def client(temporal: EmbeddedTemporal, incidents: Incidents) -> Client:
    return await connect(temporal.address, sink=incidents, coded_types=frozenset({REFUSED}))


@pytest.fixture
def log(log_to_text: Callable[[str], io.StringIO]) -> io.StringIO:
    return log_to_text("json")


async def fail(client: Client, how: str) -> tuple[str, WorkflowFailureError]:
    """The history as exported JSON, and what the caller sees."""
    queue = f"q-{uuid.uuid4()}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Failing],
        activities=[refuse],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        handle = await client.start_workflow(Failing.run, how, id=queue, task_queue=queue)
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
    return (await handle.fetch_history()).to_json(), caught.value


@pytest.mark.parametrize("how", ["exception", "details", "code", "workflow"])
async def test_no_text_of_a_failure_leaves_the_worker(
    client: Client, incidents: Incidents, log: io.StringIO, how: str
) -> None:
    history, seen = await fail(client, how)
    for secret in (CANARY, NAME, "canary", "Zimmer"):
        assert secret not in history
        assert secret not in log.getvalue()
        assert secret not in repr(seen.cause)
    assert "stackTrace" not in history
    # one incident for a failure, however many levels it passes, and its number is in history and log
    (number,) = incidents.texts
    assert CANARY in incidents.texts[number]
    assert f"(incident {number})" in history
    assert f'"incident": "{number}"' in log.getvalue()


async def test_nor_does_the_text_of_a_workflow_that_stands_still(
    client: Client, incidents: Incidents, log: io.StringIO
) -> None:
    queue = f"q-{uuid.uuid4()}"
    runner = UnsandboxedWorkflowRunner()
    async with Worker(client, task_queue=queue, workflows=[Failing], workflow_runner=runner):
        handle = await client.start_workflow(Failing.run, "task", id=queue, task_queue=queue)
        for _ in range(100):
            if "LookupError" in (history := (await handle.fetch_history()).to_json()):
                break
            await asyncio.sleep(0.1)
        await handle.terminate()
    assert "(incident i-1)" in history
    assert "Failed activation on workflow" in log.getvalue()
    for secret in (CANARY, NAME):
        assert secret not in history
        assert secret not in log.getvalue()
    assert CANARY in incidents.texts["i-1"]


async def test_the_log_says_which_types_failed_and_where(client: Client, log: io.StringIO) -> None:
    await fail(client, "exception")
    assert '"exception": "RuntimeError < Refused"' in log.getvalue()
    assert re.search(r'"at": "[^"]*test_client\.py:\d+ refuse"', log.getvalue())
    assert '"activity_type": "refuse"' in log.getvalue()


async def test_a_type_of_ours_keeps_its_code(client: Client) -> None:
    _, seen = await fail(client, "code")
    cause = seen.cause.__cause__ if seen.cause else None
    assert isinstance(cause, ApplicationError)
    assert (cause.type, list(cause.details), cause.non_retryable) == (REFUSED, ["5.1.1"], True)
    assert cause.message == f"{REFUSED} 5.1.1 (incident i-1)"


@pytest.mark.parametrize(
    "text", [NAME, f"{NAME} (incident x) {CANARY}", f"{CANARY} (incident 1)", "Maria", ""]
)
def test_only_our_own_words_count_as_scrubbed(text: str) -> None:
    assert not SCRUBBED.fullmatch(text)


async def test_hibernation_works_on_this_server_and_is_remembered(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "hibernation.json"
    hibernation = Hibernation("auto", cache)
    before = hibernation.allowed
    assert await hibernation.learn(client)
    assert (before, hibernation.allowed) == (False, True)  # waits stay in the run until it is known
    again = Hibernation("auto", cache)
    monkeypatch.setattr(hibernation_module, "hibernation_works", None)  # no second trial
    assert await again.learn(client)
    assert not Hibernation("off", cache).allowed


async def test_a_stop_during_the_trial_hangs_nothing(client: Client) -> None:
    learning = asyncio.create_task(Hibernation("auto").learn(client))
    await asyncio.sleep(1)
    learning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(learning, 60)


async def test_a_broken_cache_means_a_new_trial(client: Client, tmp_path: Path) -> None:
    cache = tmp_path / "hibernation.json"
    cache.write_text('{"half')
    assert await Hibernation("auto", cache).learn(client)


async def test_promote_refuses_a_build_that_nobody_runs(client: Client) -> None:
    with pytest.raises(PromotionRefused, match="No worker of build never-there has ever connected"):
        await promote(client, "never-there", deployment="lonely")


async def test_promote_sends_new_workflows_to_the_build(client: Client) -> None:
    queue = f"q-{uuid.uuid4()}"
    for build in ("b1", "b2"):
        async with Worker(
            client,
            task_queue=queue,
            workflows=[Idle],
            deployment_config=worker_deployment(build),
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            await eventually_promoted(client, build)
            handle = await client.start_workflow(Idle.run, id=f"{queue}-{build}", task_queue=queue)
            await asyncio.wait_for(handle.result(), 10)
            completed = [
                event.workflow_task_completed_event_attributes
                for event in (await handle.fetch_history()).events
                if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
            ]
            assert [event.deployment_version.build_id for event in completed] == [build]


async def eventually_promoted(client: Client, build: str) -> None:
    """The server learns of a new build with its first polls."""
    for _ in range(50):
        try:
            await promote(client, build)
        except PromotionRefused:
            await asyncio.sleep(0.1)
        else:
            return
    pytest.fail(f"build {build} was not promoted")


def test_temporals_own_variables_say_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outside_address() is None
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
    assert outside_address() == "temporal.example:7233"


def test_no_build_means_an_unversioned_worker() -> None:
    assert worker_deployment("") is None
    assert build_id("") == f"nurture {version('nurture')}"
    assert build_id("b1") is None


def test_the_sandbox_finds_the_workflow_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where Python writes no bytecode, as in most containers: else each wake compiles it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    file = tmp_path / "sleepy.py"
    file.write_text("class Sleepy: pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    sandboxed(importlib.import_module("sleepy").Sleepy)
    assert Path(cache_from_source(str(file))).is_file()
