"""Whether the names inside a condition exist: of steps, happenings, segments, stages and answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from nurture.conditions.complaints import FILLED, UNUSED, USED_HINT, start_of
from nurture.conditions.expression import Call, Constant, Items, Name, Node, Other, walk
from nurture.conditions.functions import EVER
from nurture.conditions.language import FUNCTIONS, MAKERS, METHODS, OPERATORS, Takes
from nurture.conditions.problems import Problem, nearest, problem
from nurture.conditions.program import Program
from nurture.domain.bant import WORDS as ATTRIBUTES
from nurture.domain.dictionary import Dictionary
from nurture.domain.durations import parse_duration
from nurture.domain.scoring.policy import LETTERS
from nurture.domain.stages import PATH, STAGES

USED = {*FUNCTIONS, *OPERATORS, *METHODS, *MAKERS}
ORDERS = ("_<_", "_<=_", "_>_", "_>=_")
COMPARISONS = ("_==_", "_!=_", "@in")


@dataclass(frozen=True)
class Steps:
    """What the functions of a campaign's conditions may name."""

    sends: Collection[str] = ()
    answers: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Send -> the answers that its readers can click."""
    tasks: Collection[str] = ()
    """Handoffs too."""


def name_problems(program: Program, dictionary: Dictionary, steps: Steps | None) -> Iterator[Problem]:
    """``steps`` None: names of steps are not looked at."""
    source = program.source
    for node in walk(program.tree):
        at = source.offset(node.at)
        if isinstance(node, Other) or (isinstance(node, Call) and node.function not in USED):
            yield problem(source, at, UNUSED, USED_HINT)
        elif isinstance(node, Call):
            if node.function in FUNCTIONS:
                yield from _arguments(program, node, dictionary, steps)
            elif node.function in COMPARISONS:
                yield from _compared(program, node, steps)
            elif node.function in ORDERS:
                yield from _ordered(program, node)
            elif node.function in FORMS:
                yield from _formed(program, node)


def _ordered(program: Program, call: Call) -> Iterator[Problem]:
    """Stages and letters in the order of the alphabet would be nonsense that nobody notices."""
    sign = OPERATORS[call.function]
    at = program.source.offset(call.args[0].at)
    if any(isinstance(arg, Name) and arg.name == "stage" for arg in call.args):
        text = f"stages are not compared by {sign}"
        yield problem(program.source, at, text, 'write stage_at_least("MQL")')
    elif letters := [arg for arg in call.args if isinstance(arg, Constant) and isinstance(arg.value, str)]:
        graded = letters[0].value in LETTERS
        hint = f'write grade_at_least("{letters[0].value}")' if graded else "compare texts by == and !="
        yield problem(program.source, at, f"texts and letters are not compared by {sign}", hint)


def _formed(program: Program, call: Call) -> Iterator[Problem]:
    """A time, a length of time or a pattern that CEL would only refuse when it is evaluated."""
    form, hint = FORMS[call.function]
    text = call.args[-1]
    if isinstance(text, Constant) and not form(str(text.value)):
        at = program.source.offset(text.at)
        yield problem(program.source, at, f"{call.function} cannot read {text.value}", f"write {hint}")


def _is_timestamp(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_duration(text: str) -> bool:
    return bool(re.fullmatch(r"-?(\d{1,9}(\.\d+)?(h|m|s|ms))+", text))


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        return False
    return not re.search(r"\(\?[=!<]|\\[1-9]", text)


FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "timestamp": (_is_timestamp, 'timestamp("2026-03-01T00:00:00Z")'),
    "duration": (_is_duration, 'duration("72h") for three days'),
    "matches": (_is_pattern, 'lead.title.matches("(?i)head|chief")'),
}


def _arguments(
    program: Program, call: Call, dictionary: Dictionary, steps: Steps | None
) -> Iterator[Problem]:
    takes = next(ways for ways in FUNCTIONS[call.function].takes if len(ways) == len(call.args))
    for kind, arg in zip(takes, call.args, strict=True):
        at = program.source.offset(arg.at)
        if isinstance(arg, Name):
            at = start_of(program.source, at, arg.name)
        if not isinstance(arg, Constant):
            text = f"{call.function} takes a name in quotes here"
            yield problem(program.source, at, text, f"write {FUNCTIONS[call.function].usage}")
        elif wrong := _wrong_name(kind, str(arg.value), dictionary, steps):
            yield problem(program.source, at, *wrong)


def _wrong_name(
    kind: Takes, name: str, dictionary: Dictionary, steps: Steps | None
) -> tuple[str, str] | None:
    """What is wrong with a name, and a hint."""
    if kind is Takes.WINDOW:
        return _wrong_window(name)
    name = name.replace(" ", "") if kind is Takes.FIELD else name
    if kind is Takes.GRADE and not dictionary.graded:
        return "there are no grades", "declare them in grades: of policies/scoring.yaml"
    there = _names(kind, dictionary, steps)
    if there is None or name in there:
        return None
    if kind is Takes.SURVEY and steps and name in steps.sends:
        return f"the send {name} asks nothing", "give it answers:, or ask clicked() or replied() of it"
    what = kind.value.removeprefix("a ")
    if kind is Takes.SCORE and not there:
        return f"there is no score {name}", "declare it in scores: of policies/scoring.yaml"
    of_event = [one.name for one in dictionary.happenings.values() if one.event == name]
    if kind is Takes.HAPPENING and of_event:
        return f"there is no happening {name}: it is an event", f"its happenings are {', '.join(of_event)}"
    return f"there is no {what} {name}", nearest(name, there, what)


def _names(kind: Takes, dictionary: Dictionary, steps: Steps | None) -> Collection[str] | None:
    """The names there are; None: any will do."""
    found: dict[Takes, Collection[str]] = {
        Takes.HAPPENING: dictionary.happenings,
        Takes.SEGMENT: dictionary.segments,
        Takes.LIST: dictionary.lists,
        Takes.FIELD: dictionary.fields,
        Takes.STAGE: PATH,
        Takes.GRADE: LETTERS,
    }
    if dictionary.scores is not None:
        found[Takes.SCORE] = dictionary.scores
    if steps:
        found |= {Takes.SEND: steps.sends, Takes.SURVEY: steps.answers, Takes.TASK: steps.tasks}
    return found.get(kind)


def _wrong_window(text: str) -> tuple[str, str] | None:
    if text == EVER:
        return None
    try:
        parse_duration(text)
    except ValueError as wrong:
        return str(wrong), 'or "ever"'
    return None


def _compared(program: Program, call: Call, steps: Steps | None) -> Iterator[Problem]:
    """Texts compared with a stage or an answer must be some; an empty text is never equal to anything."""
    texts = [node for arg in call.args for node in _texts(arg)]
    for text in texts:
        at = program.source.offset(text.at)
        if text.value == "":
            yield problem(program.source, at, 'an empty field is not equal to ""', FILLED)
            continue
        for arg in call.args:
            words, what = _possible(arg, steps)
            if words and text.value not in words:
                hint = nearest(str(text.value), words, what)
                yield problem(program.source, at, f"there is no {what} {text.value}", hint)


def _possible(node: Node, steps: Steps | None) -> tuple[Collection[str], str]:
    if isinstance(node, Name) and node.name == "stage":
        return STAGES, "stage"
    if isinstance(node, Name) and node.name in ATTRIBUTES:
        return ATTRIBUTES[node.name], node.name.removeprefix("lead.").replace("_", " ")
    if isinstance(node, Call) and node.function == "answer" and steps:
        asked = node.args[0]
        return steps.answers.get(str(asked.value), ()) if isinstance(asked, Constant) else (), "answer"
    return (), ""


def _texts(node: Node) -> Iterator[Constant]:
    for part in node.elements if isinstance(node, Items) else (node,):
        if isinstance(part, Constant) and isinstance(part.value, str):
            yield part
