"""Notices that are gathered, in stories; reminders are not."""

from __future__ import annotations

from textwrap import dedent

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import GOOD, SALES, steps, tale
from tests.authoring.test_stories import shown

TELLS = """\
- do: note
  notify: {{team: sales, text: Looked at the prices, digest: {digest}}}
- wait: 1h
- do: again
  notify: {{team: sales, text: Again, digest: {digest}}}
- task: call-her
  team: sales
  kind: call
  due: 2 business days
  time_up: [{{end: late}}]
- end: called
"""
AFTERNOON = """\
- Mon 2026-03-02 10:00: enters
- Mon 2026-03-02 11:00: task call-her
- Mon 2026-03-02 17:00: digest sales
- Mon 2026-03-02 22:00: nothing
"""


def test_the_notices_of_a_day_come_together(content: Make) -> None:
    told = """\
        - Mon 2026-03-02 10:00: enters
        - Mon 2026-03-02 11:00: task call-her
        - Tue 2026-03-03 09:00: digest sales
        - Wed 2026-03-04 07:00: notify sales
        - Wed 2026-03-04 09:00: nothing
        - Wed 2026-03-04 11:00: ends late
        """
    assert shown(content(dict([steps(TELLS.format(digest="daily")), tale(told)]))) == ""


def test_the_time_of_day_can_be_written_and_is_each_persons_own(content: Make) -> None:
    files = dict([steps(TELLS.format(digest="daily 16:00")), tale(AFTERNOON)])
    assert shown(content(files)) == ""
    first = "- {name: Ada Brandt"
    far = "- {name: Far, email: far@sales.example, zone: America/New_York}"
    members = dedent(GOOD[SALES]).replace(first, f"{far}\n      {first}")
    assert "From Mon 2026-03-02 22:00 on it is not as told" in shown(content({**files, SALES: members}))


@pytest.mark.parametrize("wrong", ["weekly", "daily 25:00", "8:00"])
def test_another_rhythm_is_refused(content: Make, wrong: str) -> None:
    problems = render(read_content(content(dict([steps(TELLS.format(digest=f"'{wrong}'"))]))).problems)
    assert "expected `daily`, or `daily 16:00`" in problems
