"""``moved`` and ``approve``: what a file says of its own change."""

from pathlib import Path
from textwrap import dedent

import pytest

from nurture.authoring.content import read_content
from tests.authoring.good import CAMPAIGN, GOOD


def problems(home: Path, more: str) -> list[str]:
    for name, text in GOOD.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(dedent(text))
    file = home / CAMPAIGN
    file.write_text(file.read_text() + dedent(more))
    return [f"{problem.rule}: {problem.text}" for problem in read_content(home).problems]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("moved: {greeting: hello, old+wait: hello+wait}\napprove: yes\n", []),
        ("moved:\n  greeting: helo\n", ["unknown-step: there is no step `helo` to move to"]),
        (
            "moved:\n  hello: question\n",
            ["unknown-step: `hello` is a step of this file, so nobody is moved away from it"],
        ),
        ("moved: [hello]\n", ["wrong-kind"]),
        ("approve: sometimes\n", ["wrong-kind"]),
    ],
)
def test_what_it_may_say(tmp_path: Path, more: str, expected: list[str]) -> None:
    found = problems(tmp_path, more)
    assert [said[: len(text)] for said, text in zip(found, expected, strict=True)] == expected
