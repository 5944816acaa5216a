"""What is known of events: the table of the docs, what services announce, what the checker refuses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from nurture.domain.own_events import OWN, RESERVED, wrong_event

RECORDS = ("record",)


def row(kind: str) -> str:
    own = OWN[kind]
    told = ", ".join(f"`{key}`" for key in own.keys)
    if own.free:
        told = f"{told}, and what your program says" if told else "what your program says"
    if not own.made:
        told = f"write instead: {own.instead}"
    return f"| `{kind}` | {own.when} | {told or 'none'} | {'yes' if own.scores and own.made else 'no'} |"


def test_the_docs_have_the_same_table(checkout: Path) -> None:
    page = (checkout / "docs/events.md").read_text(encoding="utf-8")
    told = [line for line in page.split("\n") if line.startswith("| `") and line.count("|") == 5]
    assert told == [row(kind) for kind in OWN]


def announced(checkout: Path) -> Iterator[tuple[str, ast.expr]]:
    """Types that services announce in so many words, and the expression of their data."""
    for path in (checkout / "nurture/services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "announce":
                continue
            kind, data = node.args[2:4]
            if isinstance(kind, ast.Constant):
                yield str(kind.value), data


def test_what_services_announce_is_known(checkout: Path) -> None:
    found = list(announced(checkout))
    assert len(found) >= 8
    for kind, data in found:
        assert kind in RESERVED
        keys = data.keys if isinstance(data, ast.Dict) else ()
        said = {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        assert said <= {*OWN[kind].keys, *RECORDS}, kind


@pytest.mark.parametrize(
    ("kind", "match", "text", "hint"),
    [
        ("email.sent", {}, "never happens", "sent("),
        ("email.click", {}, "makes no event", "email.clicked"),
        ("email.clicked", {"campain": "x"}, "no `campain`", "clicked("),
        ("survey.answered", {"anwser": "now"}, "no `anwser`", "`answer`"),
        ("email.replied", {"step": "guide"}, "no `step`", "replied("),
        ("handoff.answered", {"answer": "declined"}, "never `declined`", "accepted, qualified, rejected"),
        ("stage.changed", {"stage": "mql"}, "never `mql`", "MQL"),
        ("form.submited", {}, "nearly `form.submitted`", "Did you mean"),
        ("page.viewed", {"paht": "/prices"}, "nearly `path`", "Did you mean"),
    ],
)
def test_what_never_counts_is_told(kind: str, match: dict[str, str], text: str, hint: str) -> None:
    (wrong,) = wrong_event(kind, match)
    assert text in wrong.text
    assert hint in wrong.hint
    assert wrong.sure == (not kind.startswith(("form", "page")))


@pytest.mark.parametrize(
    ("kind", "match"),
    [
        ("order.placed", {"code": "*"}),
        ("page.viewed", {"path": "/prices*", "referrer": "x"}),
        ("deal.changed", {"fields": "*value*"}),
        ("handoff.answered", {"answer": "*ed", "reason": "not-now"}),
        ("journey.ended", {"campaign": "guide", "outcome": "meeting"}),
    ],
)
def test_what_can_be_is_let_through(kind: str, match: dict[str, str]) -> None:
    assert wrong_event(kind, match) == []
