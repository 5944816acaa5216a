"""Stories of tasks: done, skipped, out of time."""

from __future__ import annotations

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import STORIES, steps, tale
from tests.authoring.test_stories import shown

CALLS = steps("""\
    - task: call-her
      team: sales
      kind: call
      due: 2 business days
      skipped: [{end: passed}]
      time_up: [{end: late}]
    - wait: 1d
    - send: hello
    - end: called
    """)


@pytest.mark.parametrize(
    "told",
    [
        """\
        - Mon 2026-03-02 10:00: [enters, task call-her]
        - Tue 2026-03-03 15:00: sales done call-her
        - Wed 2026-03-04 15:00: [gets hello, ends called]
        """,
        """\
        - Mon 2026-03-02 10:00: [enters, task call-her]
        - Tue 2026-03-03 15:00: [sales skipped call-her, ends passed]
        """,
        """\
        - Mon 2026-03-02 10:00: [enters, task call-her]
        - Wed 2026-03-04 06:00: notify sales
        - Wed 2026-03-04 10:00: ends late
        """,
    ],
)
def test_each_way_of_a_task_can_be_told(told: str, content: Make) -> None:
    assert shown(content(dict([CALLS, tale(told)]))) == ""


def test_a_task_must_be_listed(content: Make) -> None:
    text = "- Mon 2026-03-02 10:00: enters\n- Tue 2026-03-03 15:00: sales done call-her\n"
    assert "! task call-her" in shown(content(dict([CALLS, tale(text)])))


def test_another_task_is_not_there(content: Make) -> None:
    text = "- Mon 2026-03-02 10:00: [enters, task call-her]\n- Tue 2026-03-03 15:00: sales done calls\n"
    problems = render(read_content(content(dict([CALLS, tale(text)]))).problems)
    assert "there is no task `calls` in this campaign" in problems
    assert STORIES in problems
