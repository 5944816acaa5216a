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
    assert wrong["hello.md"].text == "too much: a list holds more than 512 KiB"
    assert wrong["hello.md"].line == 10, "where it grows too large"
    assert wrong["turning.md"].text.startswith("too much: loops turn more than 20000 times")
    assert began == [3], "one child for all"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20, "in KiB: it went off elsewhere"


def test_what_computes_nothing_needs_no_child(content: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_tried", lambda *_: pytest.fail("a child was begun"))
    text = (
        HELLO + "{% if lead.first_name %}{{ lead.first_name }}{% endif %}{% for a in answers %}x{% endfor %}"
    )
    files = dict([steps("- send: hello\n- end: over\n")]) | {"templates/hello.md": text}
    read_content(content(files))


def test_a_child_that_dies_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it died of: here of nothing but time."""
    text = "x\n{% set a = [1] %}\n{{ 'ab'|upper }}"
    sources = [MessageSource(name, "text", "", text, None, "", "", "") for name in ("one", "two")]
    said: list[list[dict[str, Any]]] = [
        [{"done": False, "part": "body"}],
        [{"done": True, "file": "two", "line": 1, "text": ""}],
    ]
    monkeypatch.setattr(trial, "_tried", lambda *_: (said.pop(0), 'File "<template>", line 1 in root'))
    found = list(trial.bombs(sources, {}))
    assert [number for number, _ in found] == [0]
    assert "takes more than 2 seconds of work, or 768 MiB" in found[0][1].text


NEVER = {
    "minus": ('{{ "a" - 1 }}', "too much: - works on numbers"),
    "percent": ('{{ "%d" % 1 }}', "too much: % works on numbers"),
    "dunder": ('{{ "".__class__ }}', "there is no value for a name"),
    "grows": (
        '{% set a = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" %}{{ a' + '|replace("a", a)' * 5 + " }}",
        "too much: a text is longer than 512 kib",
    ),
    "zero": ("{{ 1 / 0 }}", "this cannot be computed (zerodivisionerror)"),
    "nested": ("{% for a in answers %}" * 30 + "{% endfor %}" * 30, "nests too deeply"),
}


def test_what_can_be_made_for_nobody_is_told_at_check(content: Make) -> None:
    way = "".join(f"- send: {name}\n- wait: 1d\n" for name in (*NEVER, "somebody"))
    bodies = {name: f"Good day,\n\n{text}" for name, (text, _) in NEVER.items()}
    bodies["somebody"] = '{% if lead.first_name == "boom" %}{{ "a" - 1 }}{% endif %}{{ "x"|upper }}'
    files = {f"templates/{name}.md": HELLO + text + FOOT for name, text in bodies.items()}
    found = read_content(content(dict([steps(way + "- end: over\n")]) | files))
    wrong = {problem.file.rpartition("/")[2]: problem for problem in found.errors}
    assert sorted(wrong) == sorted(f"{name}.md" for name in NEVER), render(found.problems)
    for name, (_, said) in NEVER.items():
        assert said in wrong[f"{name}.md"].text.lower()
        assert wrong[f"{name}.md"].line == (5 if name == "nested" else 7), name


def test_a_branch_that_no_sample_takes_is_tried_too(content: Make) -> None:
    loops = "{% for a in range(900) %}{% for b in range(900) %}x{% endfor %}{% endfor %}"
    bodies = {
        "hello": f'{{% if lead.first_name == "boom" %}}\n{{% set a = [1] %}}\n{GROWING}\n{{% endif %}}x',
        "turning": f'{{% if lead.first_name == "x" %}}b{{% elif lead.email == "y" %}}{loops}{{% endif %}}',
    }
    files = {f"templates/{name}.md": HELLO + text + FOOT for name, text in bodies.items()}
    way = steps("- send: hello\n- wait: 1d\n- send: turning\n- end: over\n")
    found = read_content(content(dict([way]) | files))
    wrong = {problem.file.rpartition("/")[2]: problem.text for problem in found.errors}
    assert sorted(wrong) == ["hello.md", "turning.md"], render(found.problems)
    assert "loops turn more than 20000 times" in wrong["turning.md"]
