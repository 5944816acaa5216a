"""Every rule of the checker: what its author sees, word for word."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.broken import BROKEN
from tests.authoring.conftest import Make


def test_the_good_content_is_good(content: Make) -> None:
    assert render(read_content(content({})).problems) == ""


def test_the_example_is_good(checkout: Path) -> None:
    assert render(read_content(checkout / "tests/authoring/example").problems) == ""


@pytest.mark.parametrize("rule", BROKEN)
def test_what_the_author_sees(rule: str, content: Make, snapshot: SnapshotAssertion) -> None:
    file, text = BROKEN[rule]
    problems = read_content(content({file: text})).problems
    assert rule in {problem.rule for problem in problems}
    assert render(problems) == snapshot
