"""Conditions where they stand: each line checked, and what is wrong shown at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nurture.authoring.checking import Asked, Checking
from nurture.authoring.door import DOOR
from nurture.authoring.nodes import Plain
from nurture.authoring.source import address
from nurture.conditions import Problem, Steps
from nurture.domain.steps.registry import VERBS

UNKNOWN = re.compile(r"there is no (field|happening|send|task|segment|list|stage|answer)\b")
RULES = {
    "field": "unknown-field",
    "happening": "unknown-happening",
    "send": "unknown-step",
    "task": "unknown-step",
    "segment": "unknown-segment",
    "list": "unknown-list",
    "stage": "unknown-stage",
    "answer": "answers",
}
DECIDES = {"stage": "stage", "score": "score", "handoff": "handoff", "task": "task"}
"""Key of a step -> the kind of place where an open alone must not decide."""


def check_conditions(check: Checking, document: Mapping[str, Plain]) -> bool:
    """Whether all of them can be evaluated."""
    sound = True
    docs = list(step_docs(document))
    steps = named_steps(docs)
    decides = {str(doc.get("name") or next(iter(doc.values()))): _decides(doc) for doc in docs}
    for asked in check.asked:
        kind = decides.get(asked.step or "", asked.key) if asked.key == "if" else asked.key
        at = None if asked.key in DOOR else steps
        for problem in check.words.conditions.check(asked.line.text, at, kind):
            report(check, asked, problem)
            sound = False
    return sound


def report(check: Checking, asked: Asked, problem: Problem) -> None:
    place = address(asked.line, check.source, _offset(asked.line.text, problem))
    found = UNKNOWN.match(problem.text)
    hint = problem.hint[:1].upper() + problem.hint[1:]
    hint += "." if hint and hint[-1].isalnum() else ""
    hint = _bare(check, asked.line.text.strip()) or hint
    check.report(RULES[found[1]] if found else "condition", place, problem.text, hint)


def _bare(check: Checking, name: str) -> str:
    """What to write for a name that stands alone, of a segment, a happening or a list."""
    words = check.words.dictionary
    asks = (("in_segment", words.segments), ("happened", words.happenings), ("on_list", words.lists))
    return next((f'Write `{function}("{name}")`.' for function, known in asks if name in known), "")


def _offset(text: str, problem: Problem) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: problem.line - 1]) + problem.column - 1


def named_steps(docs: list[Mapping[str, Plain]]) -> Steps:
    """What conditions may name, from the documents of the steps that could be read."""
    sends = {str(doc["send"]): doc for doc in docs if "send" in doc}
    return Steps(
        sends=frozenset(sends),
        answers={name: tuple(doc["answers"]) for name, doc in sends.items() if "answers" in doc},
        tasks=frozenset(str(doc.get("name", doc["handoff"])) for doc in docs if "handoff" in doc)
        | {str(doc["task"]) for doc in docs if "task" in doc},
    )


def step_docs(value: Plain) -> Iterator[Mapping[str, Plain]]:
    """Every step below a document, in arms too."""
    if isinstance(value, Mapping):
        if next(iter(value), None) in VERBS:
            yield value
        for below in value.values():
            yield from step_docs(below)
    elif isinstance(value, list):
        for item in value:
            yield from step_docs(item)


def _decides(doc: Mapping[str, Plain]) -> str:
    return next((kind for key, kind in DECIDES.items() if key in doc), "if")
