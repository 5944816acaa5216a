"""A text that would eat a worker's time or memory is refused where it is checked, and harms nobody there."""

from __future__ import annotations

import resource
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from nurture.delivery import trial
from nurture.delivery.source import MessageSource
from tests.authoring.conftest import Make
from tests.authoring.good import steps

HELLO = "---\nsubject: Hello\nlayout: none\n---\n"
FOOT = "\n{{ unsubscribe_url }} {{ company.address }}\n"
GROWING = "\n".join(
    f"{{% set {name} = [{', '.join([before] * 10)}] %}}"
    for before, name in zip("abcdefghijk", "bcdefghijkl", strict=True)
)
TEXTS = {
    "hello": f"{{% set a = [1] %}}\n{GROWING}\n\nGood day, {{{{ l }}}}",
    "turning": "{% for a in range(900) %}{% for b in range(900) %}\n{{ a*b }}{% endfor %}{% endfor %}",
    "fine": "{% for n in range(3) %}{{ n * 7 }} {% endfor %}",
}


def test_bombs_are_refused_with_their_place(content: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    began: list[int] = []
    tried = trial._tried

    def counted(sources: Sequence[MessageSource], context: Mapping[str, Any]) -> Any:
        began.append(len(sources))
        return tried(sources, context)

    monkeypatch.setattr(trial, "_tried", counted)
    sends = steps("- send: hello\n- wait: 1d\n- send: turning\n- wait: 1d\n- send: fine\n- end: over\n")
    files = dict([sends]) | {f"templates/{name}.md": HELLO + text + FOOT for name, text in TEXTS.items()}
    found = read_content(content(files))
    wrong = {problem.file.rpartition("/")[2]: problem for problem in found.errors}
    assert sorted(wrong) == ["hello.md", "turning.md"], render(found.problems)
    assert "takes more than 2 seconds of work, or 768 MiB" in wrong["hello.md"].text
    assert wrong["hello.md"].line == 18, "where the list is printed"
    assert wrong["turning.md"].text.startswith("too much: loops turn more than 20000 times")
    assert began == [3, 2], "one child for all, and one more after the one that died"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20, "in KiB: it went off elsewhere"


def test_what_computes_nothing_needs_no_child(content: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_tried", lambda *_: pytest.fail("a child was begun"))
    text = (
        HELLO + "{% if lead.first_name %}{{ lead.first_name }}{% endif %}{% for a in answers %}x{% endfor %}"
    )
    files = dict([steps("- send: hello\n- end: over\n")]) | {"templates/hello.md": text}
    read_content(content(files))
