"""One lead's way through a campaign, as timed effects. All else is the journey's row.

The workflow keeps one ``Turn``: what to do next, and when. It does it when the time has come; woken before,
it asks
whether that still stands. Longer waits hibernate: the run ends, and the next begins when it is due or woken.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ContinueAsNewVersioningBehavior

with workflow.unsafe.imports_passed_through():
    from nurture import contract
    from nurture.contract import Effect, Turn, Wake

RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))


@workflow.defn(name=contract.JOURNEY)
class Journey:
    @workflow.init
    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.wakes: list[Wake] = []

    @workflow.run
    async def run(self, turn: Turn) -> str:
        while self.turn.effect != "ended":
            effect = self._next_effect()
            if effect is not None:
                self.turn = await self._perform(effect, self.turn)
            else:
                await self._rest()
        return self.turn.step

    @workflow.signal(name=contract.WAKE)
    def wake(self, wake: Wake) -> None:
        self.wakes.append(wake)

    def _next_effect(self) -> Effect | None:
        """The effect that is due, the question whether it still stands, or None: rest. A wake for an
        earlier turn
        is answered already: that decision was made after what the wake tells of."""
        wakes, self.wakes = self.wakes, []
        current = [wake for wake in wakes if wake.turn >= self.turn.turn]
        if self._left() <= timedelta() or any(wake.due for wake in current):
            return self.turn.effect
        return "check_engagement" if current else None

    def _left(self) -> timedelta:
        return datetime.fromisoformat(self.turn.due) - workflow.now()

    async def _rest(self) -> None:
        left = self._left()
        if left <= contract.IN_RUN_AT_MOST or self.turn.rest == "in-run":
            try:
                await workflow.wait_condition(lambda: bool(self.wakes), timeout=left)
            except TimeoutError:
                return
            return
        workflow.continue_as_new(
            self.turn,
            backoff_start_interval=left,
            initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )

    async def _perform(self, effect: Effect, turn: Turn) -> Turn:
        match effect:
            case "send_message":
                return await self._send(turn)
            case "check_engagement" | "update_crm" | "hand_off" | "create_task" | "notify" | "call_webhook":
                done: Turn = await workflow.execute_activity(
                    effect,
                    turn,
                    result_type=Turn,
                    start_to_close_timeout=contract.EFFECT_TIMEOUT,
                    retry_policy=RETRIES,
                )
                return done
            case "ended":
                return turn
            case _:
                assert_never(effect)

    async def _send(self, turn: Turn) -> Turn:
        done: Turn = await workflow.execute_activity(
            "send_message",
            turn,
            result_type=Turn,
            task_queue=turn.queue or None,
            start_to_close_timeout=contract.SEND_TIMEOUT,
            heartbeat_timeout=contract.HEARTBEAT,
            retry_policy=RETRIES,
        )
        return done
