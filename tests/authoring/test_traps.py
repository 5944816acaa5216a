"""Mistakes found in campaigns that were published and ran: the checker names each, or the language has no way
to make it."""

import pytest

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make

HEAD = "campaign: talk\nenrol: {on: asked-us}\nsteps:\n"
TRAPS: dict[str, tuple[str, str]] = {
    "a click ends it as hot, so nobody can be hot below": (
        "impossible",
        (
            "campaign: talk\nleave:\n  hot: score >= 70\nsteps:\n  - send: hello\n  - wait: 3d\n"
            "  - end: hotter\n    if: score >= 80\n  - end: cold\n"
        ),
    ),
    "each send writes the field whose emptiness means cold": (
        "own-doing",
        HEAD + "  - send: hello\n  - do: note\n    set: {lead.first_name: Ana}\n"
        '  - end: cold\n    if: "!known(lead.first_name)"\n  - end: warm\n',
    ),
    "a weaker condition stands before a stricter one": (
        "impossible",
        HEAD
        + "  - choose: heat\n    ways:\n      - way: warm\n        when: score >= 40\n        then: next\n"
        "      - way: hot\n        when: score >= 60\n        then:\n          - end: hot\n"
        "    otherwise: next\n  - end: done\n",
    ),
    "two tables of points with a gap between them": (
        "bands",
        HEAD
        + "  - choose: heat\n    ways:\n      - way: cold\n        when: score < 40\n        then: next\n"
        "      - way: hot\n        when: score > 40\n        then:\n          - end: hot\n"
        "    otherwise: next\n  - end: done\n",
    ),
    "a campaign ends under the name of another, which lets nobody in": (
        "chained",
        HEAD + "  - send: hello\n  - end: next-one\n",
    ),
}
OTHER = {"campaigns/next-one.yaml": "campaign: next-one\nsteps:\n  - send: hello\n  - end: done\n"}


@pytest.mark.parametrize("trap", TRAPS)
def test_the_trap_is_named(trap: str, content: Make) -> None:
    rule, text = TRAPS[trap]
    found = read_content(content({"campaigns/talk.yaml": text, **OTHER}))
    assert rule in {problem.rule for problem in found.problems}, [problem.text for problem in found.problems]
