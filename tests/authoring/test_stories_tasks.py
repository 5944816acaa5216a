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


def test_a_condition_asks_whether_sales_is_to_do_something(content: Make) -> None:
    watched = steps("""\
        - wait: 1d
        - send: hello
          unless: with_sales
        - task: call-her
          team: sales
          kind: call
          due: 2 business days
        - end: called
        """)
    held = "rules:\n  - rule: busy\n    when: with_sales\n    then: [{do: mark, tag: busy}]\nsteps:"
    told = """\
        - Mon 2026-03-02 10:00: enters
        - Mon 2026-03-02 11:00: [becomes with-sales, nothing]
        - Tue 2026-03-03 10:00: [tag busy, skips hello, task call-her]
        - Tue 2026-03-03 11:00: becomes free-of-sales
        - Wed 2026-03-04 09:00: [sales done call-her, ends called]
        """
    campaign = {path: text.replace("steps:", held) for path, text in [watched]}
    assert shown(content({**campaign, **dict([tale(told)])})) == ""


def test_what_can_never_be_of_sales_is_found(content: Make) -> None:
    never = steps('- send: hello\n  if: "with_sales && !with_sales"\n- end: called\n')
    assert "cannot hold together" in render(read_content(content(dict([never]))).problems)
