"""What only follows from another mistake is left out, or comes after it."""

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN, GOOD, STORIES, steps, tale

ONLY: dict[str, tuple[dict[str, str], list[str]]] = {
    "a campaign that is no YAML has stories": (
        {CAMPAIGN: 'campaign: talk\ntitle: "From\nsteps: [\n', STORIES: GOOD[STORIES]},
        ["yaml"],
    ),
    "a campaign without its name has stories": (
        {CAMPAIGN: "steps:\n  - send: hello\n  - end: done\n", STORIES: GOOD[STORIES]},
        ["missing-key"],
    ),
    "shares that do not add up": (
        dict([steps("    - send: first\n      variants: {hello: 40, question: 50}\n    - end: done\n")]),
        ["shares"],
    ),
    "an answer too many": (
        dict(
            [
                steps(
                    "    - send: question\n      answers: {a: A, b: B, c: C, d: D, e: E}\n"
                    "    - wait: 3d\n    - end: done\n      if: answer('question') == 'a'\n    - end: no\n"
                ),
                tale(
                    "    - Mon 2026-03-02 10:00: [enters, gets question]\n"
                    "    - Mon 2026-03-02 11:00: answers question e\n"
                ),
            ]
        ),
        ["answers"],
    ),
}


@pytest.mark.parametrize("name", ONLY)
def test_only_the_cause_is_told(name: str, content: Make) -> None:
    files, rules = ONLY[name]
    problems = read_content(content(files)).problems
    assert [one.rule for one in problems] == rules, render(problems)


def test_stories_come_after_their_campaign(content: Make) -> None:
    story = dict([tale("    - Mon 2026-03-02 10:00: [enters, gets hallo]\n")])
    files = dict([steps("    - send: helo\n    - end: done\n")]) | story
    problems = read_content(content(files)).problems
    assert [one.file for one in problems] == [CAMPAIGN, STORIES]
    shown = render(problems)
    assert shown.index(f"{CAMPAIGN}:") < shown.index(f"{STORIES}:")
