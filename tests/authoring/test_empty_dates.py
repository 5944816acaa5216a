"""Waits to a date: told of where some lead may come there without it, and silent where none can."""

from textwrap import indent

import pytest

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN

WAIT = "- wait: to lead.renewal + 2d\n- end: done\n"
CHOICE = """\
- choose: dated
  ways:
    - way: with
      when: known(lead.renewal) && score < 40
      then: next
  otherwise:
    - do: note
      set: {lead.renewal: today}
- wait: 3d
"""
RULE = "rules:\n  - rule: warm\n    when: score >= 40\n    then:\n      - go: late\n"
LATE = "sections:\n  late:\n" + indent(WAIT, "    ")


def of(enrol: str = "{on: asked-us}", steps: str = WAIT, more: str = "") -> str:
    return f"campaign: talk\nenrol: {enrol}\n{more}steps:\n{indent(steps, '  ')}"


SURE = {
    "asked at the door": of("\n  on: asked-us\n  if: known(lead.renewal)"),
    "asked of the audience": of(more="audience: lead.renewal > now\n"),
    "let in by it": of("{at: lead.renewal - 60d}"),
    "let in by its change": of("{on: changes lead.renewal}"),
    "who has none leaves": of(more='leave:\n  dateless: "!known(lead.renewal)"\n'),
    "asked at the wait": of(steps=WAIT.replace("\n-", "\n  if: known(lead.renewal)\n-")),
    "asked long before": of(
        steps="- end: dateless\n  unless: known(lead.renewal)\n- wait: 3d\n- do: call\n"
        f"  webhook: check-credit\n{WAIT}"
    ),
    "filled in on one way, known on the other": of(steps=CHOICE + WAIT),
    "filled in before a rule can act": of(
        more=RULE, steps="- do: note\n  set: {lead.renewal: today}\n- wait: 3d\n- end: done\n"
    )
    + LATE,
    "of the record": of(steps=WAIT.replace("lead.", "deal."), more="for: deal\n"),
}
UNSURE = {
    "nothing fills it in": of(),
    "another door is open": of("{on: asked-us, at: lead.renewal - 60d}"),
    "asked on one way only": of(steps=CHOICE.replace("set: {lead.renewal: today}", "tag: late") + WAIT),
    "a rule acts before": of(
        more=RULE, steps="- wait: 3d\n- do: note\n  set: {lead.renewal: today}\n- end: done\n"
    )
    + LATE,
}


@pytest.mark.parametrize("name", SURE)
def test_whoever_comes_there_has_the_date(name: str, content: Make) -> None:
    assert read_content(content({CAMPAIGN: SURE[name]})).problems == []


@pytest.mark.parametrize("name", UNSURE)
def test_some_may_come_there_without_it(name: str, content: Make) -> None:
    (found,) = read_content(content({CAMPAIGN: UNSURE[name]})).problems
    assert (found.rule, found.level) == ("empty-date", "warning")
    assert "if: known(lead.renewal)" in found.hint
    assert found.excerpt[found.column - 1 :].startswith("lead.renewal")
