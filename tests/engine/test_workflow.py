"""The workflow by itself, in skipped time: when it asks, what it ignores, how it rests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nurture import contract
from tests.engine.scripted import WORKFLOW, Said, first, trial

DAYS = timedelta(days=1)
ENDS = Said("ended", step="done")
ROUNDED = timedelta(seconds=2)
"""Temporal rounds waits up to whole seconds."""


async def test_an_early_wake_keeps_the_due() -> None:
    answers = {("send_message", 0): Said("check_engagement", 10 * DAYS), ("check_engagement", 1): ENDS}
    kept = {("send_message", 0): answers["send_message", 0]}
    async with trial(kept) as journey:
        began = await journey.now()
        handle = await journey.start(first())
        await journey.env.sleep(4 * DAYS)
        await journey.wake(1)
        await journey.env.sleep(timedelta(minutes=1))
        assert journey.script.asked == [("send_message", 0), ("check_engagement", 1)]
        journey.script.answers = answers
        assert await handle.result() == "done"
        assert journey.script.asked[2:] == [("check_engagement", 1)]
        assert timedelta() <= journey.script.at[2] - began - 10 * DAYS < timedelta(seconds=10)


async def test_a_wake_for_an_earlier_turn_is_ignored() -> None:
    answers = {("send_message", 0): Said("check_engagement", 3 * DAYS), ("check_engagement", 1): ENDS}
    async with trial(answers) as journey:
        handle = await journey.start(first())
        await journey.env.sleep(DAYS)
        await journey.wake(0, due=True)
        await journey.env.sleep(timedelta(minutes=1))
        assert journey.script.asked == [("send_message", 0)]
        await handle.result()


async def test_a_wake_that_says_due_runs_the_effect() -> None:
    answers = {("send_message", 0): Said("send_message", 30 * DAYS), ("send_message", 1): ENDS}
    async with trial(answers) as journey:
        handle = await journey.start(first())
        await journey.env.sleep(DAYS)
        await journey.wake(1, due=True)
        await handle.result()
        assert journey.script.asked == [("send_message", 0), ("send_message", 1)]
        assert journey.script.at[1] - journey.script.at[0] < 2 * DAYS


async def test_a_wake_while_an_effect_runs_is_looked_at_after_it() -> None:
    answers = {("send_message", 0): Said("send_message", 3 * DAYS), ("send_message", 1): ENDS}
    async with trial(answers) as journey:
        handle = await journey.start(first())
        await journey.wake(0)
        await journey.wake(1)
        await handle.result()
        assert journey.script.asked[0] == ("send_message", 0)
        assert journey.script.asked.count(("check_engagement", 1)) == 1


@pytest.mark.parametrize(
    ("wait", "runs_on"), [(contract.IN_RUN_AT_MOST, True), (contract.IN_RUN_AT_MOST + ROUNDED * 2, False)]
)
async def test_only_longer_waits_hibernate(wait: timedelta, runs_on: bool) -> None:
    async with trial({("send_message", 0): Said("send_message", wait), ("send_message", 1): ENDS}) as journey:
        handle = await journey.start(first())
        await handle.result()
        last = await journey.client.get_workflow_handle(WORKFLOW).describe()
        assert (last.run_id == handle.first_execution_run_id) is runs_on
        assert wait <= journey.script.at[1] - journey.script.at[0] < wait + timedelta(seconds=10)


async def test_waits_stay_in_the_run_where_hibernation_is_off() -> None:
    answers = {("send_message", 0): Said("send_message", 30 * DAYS), ("send_message", 1): ENDS}
    async with trial(answers) as journey:
        turn = first()
        turn.rest = "in-run"
        handle = await journey.start(turn)
        await handle.result()
        last = await journey.client.get_workflow_handle(WORKFLOW).describe()
        assert last.run_id == handle.first_execution_run_id


async def test_an_unknown_or_ended_journey_returns_at_once() -> None:
    """An activity that finds no row, or an ended one, answers with an end."""
    async with trial({("send_message", 0): Said("ended", step="gone")}) as journey:
        handle = await journey.start(first())
        assert await handle.result() == "gone"
        assert journey.script.asked == [("send_message", 0)]
    async with trial({}) as journey:
        assert await (await journey.start(first("ended"))).result() == "first"
        assert journey.script.asked == []
