"""More than two hundred broken files: each is told of by its rule, in words that say what to do."""

from __future__ import annotations

import re

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.broken import BROKEN
from tests.authoring.conftest import Make
from tests.authoring.mistakes import MISTAKES

MACHINE = re.compile(
    r"Traceback|Error\b|None\b|<class|\bnode\b|\bScalar\b|\bdict\b|overload|undeclared|NoneType|regex"
)
"""Words of programs, which tell a marketer nothing."""


def test_there_are_many() -> None:
    assert len(MISTAKES) + len(BROKEN) >= 200


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_mistake_is_told_of(mistake: str, content: Make) -> None:
    rule, file, text = MISTAKES[mistake]
    problems = read_content(content({file: text})).problems
    assert rule in {problem.rule for problem in problems}, render(problems)
    for problem in problems:
        said = f"{problem.text} {problem.hint}"
        assert not MACHINE.search(said), said
        assert len(said) < 400, said
        assert problem.line or problem.rule in ("too-large", "empty", "yaml", "name"), said
