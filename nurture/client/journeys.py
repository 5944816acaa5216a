"""Starting and waking journeys: one and the same call."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.common import (
    Priority,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from nurture import contract
from nurture.contract import JOURNEY, JOURNEYS_QUEUE, WAKE, Turn, Wake

PRIORITIES = {"hand_off": 1, "create_task": 1, "notify": 1}
NURTURE = 3


class NotTaken(Exception):
    """Temporal did not take the call; the text is the kind of trouble, and no more."""


async def start_or_wake(client: Client, workflow: str, turn: Turn, wake: Wake | None) -> bool:
    """A running journey is woken, a lost one revives from its row. False: it was over already.

    Raises NotTaken. ``wake`` None: a running one is left as it is.

    No search attributes: every sleeper would keep 200 bytes of them, a version among them that a move makes
    untrue. The campaign begins the workflow's id, and the database knows the rest.
    """
    try:
        await client.start_workflow(
            JOURNEY,
            turn,
            id=workflow,
            task_queue=JOURNEYS_QUEUE,
            start_signal=WAKE if wake else None,
            start_signal_args=[wake] if wake else [],
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            task_timeout=contract.TASK_TIMEOUT,
            priority=Priority(priority_key=PRIORITIES.get(turn.effect, NURTURE)),
        )
    except WorkflowAlreadyStartedError:
        return False
    except RPCError as error:
        raise NotTaken(f"RPCError {error.status.name}") from error
    return True
