"""Tasks of the walk: opened, done, skipped, out of time; what follows counts from when it was done."""

from __future__ import annotations

import pytest

from tests.domain.driving import start

CALL = """
- task: call-her
  team: inside-sales
  kind: call
  due: 2d
- wait: 1d
- send: thanks
  if: done("call-her")
- end: over
"""
ARMS = """
- task: call-her
  team: inside-sales
  done: [{end: called}]
  skipped: [{end: passed}]
  time_up: [{end: late}]
- end: over
"""


def test_what_follows_counts_from_when_it_was_done() -> None:
    journey = start(CALL).happens("2026-03-03 15:00", "sales done").until("2026-03-20 10:00")
    assert journey.done == [
        ("Mon 2026-03-02 10:00", "create_task", "call-her"),
        ("Wed 2026-03-04 15:00", "send_message", "thanks"),
    ]
    assert journey.last.outcome == "over"


def test_its_owner_is_reminded_before_it_is_due_and_then_time_is_up() -> None:
    journey = start(CALL).until("2026-03-20 10:00")
    assert journey.done == [
        ("Mon 2026-03-02 10:00", "create_task", "call-her"),
        ("Wed 2026-03-04 06:00", "notify", "call-her"),
    ]
    assert ("time_up", "call-her") in journey.kinds()
    assert ("skipped", "thanks") in journey.kinds()
    assert journey.last.outcome == "over"


@pytest.mark.parametrize(("says", "outcome"), [("done", "called"), ("skipped", "passed")])
def test_each_answer_has_its_arm(says: str, outcome: str) -> None:
    assert start(ARMS).happens("2026-03-03 15:00", f"sales {says}").last.outcome == outcome


def test_without_a_due_the_team_says_when_time_is_up() -> None:
    journey = start(ARMS).until("2026-03-05 09:59")
    assert journey.last.outcome is None
    assert journey.until("2026-03-05 10:00").last.outcome == "late"


def test_a_task_that_is_soon_due_is_not_reminded_of() -> None:
    journey = start(CALL.replace("due: 2d", "due: 3h")).until("2026-03-02 13:00")
    assert [effect for _, effect, _ in journey.done] == ["create_task"]
    assert ("time_up", "call-her") in journey.kinds()
