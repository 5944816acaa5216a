"""Journeys of every shape, as the workflow sees them: what is recorded, replayed and compared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from nurture.contract import Effect
from tests.engine.scripted import WORKFLOW, Said, Trial, first, trial

DAYS = timedelta(days=1)
ENDS = Said("ended", step="done")
Acts = Callable[[Trial], Awaitable[None]]


async def _nothing(journey: Trial) -> None:
    """Nobody does anything."""


async def _wake(journey: Trial) -> None:
    await journey.env.sleep(2 * DAYS)
    await journey.wake(1)


async def _wake_due(journey: Trial) -> None:
    await journey.env.sleep(2 * DAYS)
    await journey.wake(1, due=True)


@dataclass(frozen=True)
class Shape:
    answers: Mapping[tuple[str, int], Said]
    begins: Effect = "send_message"
    acts: Acts = _nothing


SHAPES: Mapping[str, Shape] = {
    "chain": Shape(
        {
            ("send_message", 0): Said("send_message", 3 * DAYS, "second"),
            ("send_message", 1): Said("update_crm", timedelta(), "mark"),
            ("update_crm", 2): Said("check_engagement", timedelta(minutes=5), "mark+wait"),
            ("check_engagement", 3): ENDS,
        }
    ),
    "woken": Shape(
        {
            ("send_message", 0): Said("check_engagement", 10 * DAYS, "first+wait"),
            ("check_engagement", 1): Said("send_message", timedelta(), "second"),
            ("send_message", 2): ENDS,
        },
        acts=_wake,
    ),
    "handoff": Shape(
        {
            ("hand_off", 0): Said("notify", 4 * DAYS, "inside-sales"),
            ("check_engagement", 1): Said("ended", step="accepted"),
        },
        begins="hand_off",
        acts=_wake,
    ),
    "task": Shape(
        {
            ("create_task", 0): Said("notify", 2 * DAYS, "call-her"),
            ("notify", 1): Said("check_engagement", timedelta(hours=4), "call-her"),
            ("check_engagement", 2): Said("ended", step="done"),
        },
        begins="create_task",
    ),
    "webhook": Shape(
        {
            ("call_webhook", 0): Said("call_webhook", timedelta(minutes=1), "ask"),
            ("call_webhook", 1): Said("ended", step="done"),
        },
        begins="call_webhook",
    ),
    "parked": Shape(
        {("send_message", 0): Said("send_message", 30 * DAYS, "first"), ("send_message", 1): ENDS},
        acts=_wake_due,
    ),
    "held": Shape(
        {("send_message", 0): Said("send_message", timedelta(seconds=5), "first"), ("send_message", 1): ENDS}
    ),
}


async def record(shape: Shape) -> list[WorkflowHistory]:
    """One history per run, oldest first."""
    async with trial(shape.answers) as journey:
        handle = await journey.start(first(shape.begins))
        await shape.acts(journey)
        await handle.result()
        run = handle.first_execution_run_id
        found = []
        while run:
            history = await journey.client.get_workflow_handle(WORKFLOW, run_id=run).fetch_history()
            found.append(history)
            last = history.events[-1]
            run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return found


def commands(history: WorkflowHistory) -> list[str]:
    """What the workflow asked for, in order: the shape that a replay must meet again."""
    found = []
    for event in history.events:
        kind = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
        if kind == "ACTIVITY_TASK_SCHEDULED":
            found.append(event.activity_task_scheduled_event_attributes.activity_type.name)
        elif kind in ("TIMER_STARTED", "WORKFLOW_EXECUTION_CONTINUED_AS_NEW", "WORKFLOW_EXECUTION_COMPLETED"):
            found.append(kind.lower())
    return found
