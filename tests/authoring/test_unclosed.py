"""What is opened and never closed is named where it begins, not behind the end of the file."""

from __future__ import annotations

import pytest

from nurture.authoring.reader import read_yaml

OPENED = "this is not YAML: a bracket is opened and never closed"


@pytest.mark.parametrize(
    ("text", "place", "says", "hint"),
    [
        ("a: 1\nb: [send\n", (2, 4), OPENED, "The `[` of line 2 needs its closing bracket."),
        ("a: 1\nb: [\n\n", (2, 4), OPENED, "Find the `[` or `{` that has no closing one."),
        ("b:\n  - {send: a,\n", (2, 13), OPENED, "Find the `[` or `{` that has no closing one."),
        (
            'a: "x\nb: c\n',
            (1, 4),
            "this is not YAML: a quote is opened here and never closed",
            "Close the quote on the line where it begins.",
        ),
        (
            "a: [b, c\n\nsteps:\n  - send: x\n",
            (3, 6),
            "this is not YAML: a comma or a closing bracket is missing before this",
            "The `[` of line 1 is not closed, or a comma is missing.",
        ),
    ],
)
def test_where_it_begins(text: str, place: tuple[int, int], says: str, hint: str) -> None:
    source, root = read_yaml("file.yaml", text.encode())
    (problem,) = source.problems
    assert root is None
    assert ((problem.line, problem.column), problem.text, problem.hint) == (place, says, hint)
