"""Histories of this build replay on the code of today; what slept under a released build still wakes.

`NURTURE_TEST_RECORD=1 pytest tests/engine/test_replay.py` writes the histories anew: for a release, or after
a change that is meant to change them.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from nurture.client import data_converter
from nurture.contract import Turn, Wake
from tests.engine.scripted import WORKFLOW
from tests.engine.shapes import SHAPES, commands, record
from workflows.journey import Journey

HISTORIES = Path(__file__).parent.parent / "histories"
RECORDING = "NURTURE_TEST_RECORD"


def stored(shape: str) -> list[WorkflowHistory]:
    files = sorted(HISTORIES.glob(f"{shape}-*.json"))
    return [WorkflowHistory.from_json(WORKFLOW, file.read_text()) for file in files]


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_new_run_has_the_shape_of_the_recorded_one(shape: str) -> None:
    found = await record(SHAPES[shape])
    if os.environ.get(RECORDING):
        for file in HISTORIES.glob(f"{shape}-*.json"):
            file.unlink()
        for number, history in enumerate(found):
            (HISTORIES / f"{shape}-{number}.json").write_text(history.to_json() + "\n")
    assert [commands(history) for history in found] == [commands(history) for history in stored(shape)]


@pytest.mark.parametrize("shape", SHAPES)
async def test_recorded_histories_replay(shape: str) -> None:
    replayer = Replayer(workflows=[Journey], data_converter=data_converter())
    histories = stored(shape)
    assert histories, f"no history of {shape} is recorded"
    for history in histories:
        await replayer.replay_workflow(history)


async def test_a_replay_notices_another_order() -> None:
    """Or the tests above prove nothing."""
    history = json.loads((HISTORIES / "chain-0.json").read_text())
    for event in history["events"]:
        if scheduled := event.get("activityTaskScheduledEventAttributes"):
            scheduled["activityType"]["name"] = "notify"
    replayer = Replayer(workflows=[Journey], data_converter=data_converter())
    changed = WorkflowHistory.from_json(WORKFLOW, json.dumps(history))
    with pytest.raises(Exception, match="TMPRL1100"):  # the SDK raises no class of its own
        await replayer.replay_workflow(changed)


@pytest.mark.parametrize("file", sorted(HISTORIES.glob("sleeping-*.json")), ids=lambda file: file.stem)
def test_what_slept_under_a_released_build_still_wakes(file: Path) -> None:
    """All that a sleeping journey keeps in Temporal is the JSON of one Turn, and of the wakes sent to it."""
    kinds: dict[str, type[Turn | Wake]] = {"Turn": Turn, "Wake": Wake}
    for released in json.loads(file.read_text()):
        kind = kinds[released["type"]]
        data = json.dumps(released["value"]).encode()
        payload = Payload(metadata={"encoding": b"json/plain"}, data=data)
        found = data_converter().payload_converter.from_payload(payload, kind)
        assert isinstance(found, kind)
        assert {**asdict(found), **released["value"]} == asdict(found)
