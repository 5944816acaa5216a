"""Sections that say what they are for."""

from __future__ import annotations

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN
from tests.authoring.test_explain import explained

AIMED = """\
    campaign: talk
    steps:
      - send: hello
      - go: ask
    sections:
      ask:
        aim: to learn what she needs
        steps:
          - wait: 3d
          - send: question
            answers: {now: Now, later: Later}
          - go: rest
      rest:
        - end: done
    """


def test_an_aim_is_kept_beside_the_steps(content: Make) -> None:
    found = read_content(content({CAMPAIGN: AIMED}))
    assert render(found.problems) == ""
    campaign = found.campaigns["talk"].campaign
    assert campaign
    assert campaign.aims == {"ask": "to learn what she needs"}
    assert [step.name for step in campaign.sections["ask"]] == ["ask+wait", "question", "question+go"]
    assert 'Section "ask": to learn what she needs\n' in explained(found, "talk")


def test_a_section_without_steps(content: Make) -> None:
    text = AIMED[: AIMED.index("        steps:\n          - wait")] + "      rest:\n        - end: done\n"
    assert "a section needs `steps:`" in render(read_content(content({CAMPAIGN: text})).problems)
