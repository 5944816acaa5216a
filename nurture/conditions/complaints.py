"""CEL's complaints about a condition, put into a marketer's words with a hint what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nurture.conditions.language import FUNCTIONS, MAKERS, METHODS, OPERATORS, WORDS
from nurture.conditions.problems import Problem, nearest, problem
from nurture.conditions.source import Source
from nurture.domain.stages import STAGES

COMPLAINT = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*?)(?: \[[A-Z_]+\])?$", re.MULTILINE)
UNKNOWN_NAME = re.compile(r"undeclared reference to '([^']*)'")
WRONG_TYPES = re.compile(r"found no matching overload for '([^']*)' applied to '(.*)'")
TYPES = {
    "string": "a text",
    "double": "a number",
    "int": "a number",
    "uint": "a number",
    "bool": "a yes/no",
    "google.protobuf.Timestamp": "a date",
    "google.protobuf.Duration": "a length of time",
    "null_type": "nothing",
}
WRITE = {
    "and": "write && for and",
    "or": "write || for or",
    "not": "write ! for not",
    "is": "write == to compare",
    "isnt": "write != to compare",
    "equals": "write == to compare",
    "contains": 'write lead.title.contains("Head")',
    "between": "write two comparisons: score >= 40 && score <= 60",
    "if": "write the condition without the word if",
    "then": "what follows goes on lines of its own",
    "=": "write == to compare",
    "===": "write == to compare",
    "<>": "write != for not equal",
    "=>": "write >= for at least",
    "=<": "write <= for at most",
    "&": "write && for and",
    "|": "write || for or",
    "≥": "write >= for at least",
    "≤": "write <= for at most",
    "≠": "write != for not equal",
    "in": 'write a list after in: lead.country in ["DE", "FR"]',
}
SIGNS = re.compile(r"""<>|===|=>|=<|≥|≤|≠|(?<![=!<>])=(?!=)|(?<!&)&(?!&)|(?<!\|)\|(?!\|)|\b[A-Za-z]+\b""")
STRINGS = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
CALLS = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
OF_STAGE = re.compile(r"\bstage\s*(?:==|!=|in)[^&|]*$")
INSIDE = re.compile(r"\(\s*([\w-]+)\s*\)$")
"""The first argument of a call, without its quotes."""
LENGTH = re.compile(r"\b(\d{1,4})\s*(min|mo|bd|bh|m|h|d|w|minutes?|hours?|days?|weeks?|months?)\b")
A_DATE = re.compile(rf"^\s*([a-z]+\.[a-z][a-z0-9_]*)\s*([+-])\s*({LENGTH.pattern})\s*$")
HOURS = {"h": 1, "d": 24, "w": 168}
LOOPS = ("all", "exists", "exists_one", "map", "filter")
CURLY = re.compile("[\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]")
PLAIN_WORDS = {"yes": "true", "no": "false", "true": "true", "false": "false"}
SELECTION = "operand of a select operation"
UNUSED = "this part of CEL is not used in conditions"
USED_HINT = "write comparisons, functions, and lists after in"
FILLED = "to ask whether a field is filled in, write known(lead.industry)"


def complaints(source: Source, message: str, fields: Mapping[str, str]) -> list[Problem]:
    """The problems that CEL's message tells of; of mistakes in writing only the first: it causes the rest."""
    found: list[Problem] = []
    for match in COMPLAINT.finditer(message):
        offset, text = source.offset_of(int(match[1]), int(match[2])), match[3]
        if text.startswith("Syntax error") or not (known := _named(source, offset, text, fields)):
            return [*found, _writing(source, offset, text)]
        if not found or known.hint != found[-1].hint:
            found.append(known)
    return found or [problem(source, 0, "this cannot be read as a condition", "write it shorter or in parts")]


def _named(source: Source, offset: int, text: str, fields: Mapping[str, str]) -> Problem | None:
    if unknown := UNKNOWN_NAME.search(text):
        return _unknown(source, offset, unknown[1], fields)
    if SELECTION in text:
        return problem(source, offset, "a name with too many dots", "fields have two parts: lead.industry")
    if wrong := WRONG_TYPES.search(text):
        return _wrong_types(source, offset, wrong[1], wrong[2])
    return None


def start_of(source: Source, offset: int, name: str) -> int:
    """CEL points at the last dot of a field and at the bracket of a call; people look at the beginning."""
    first = re.escape(name.partition(".")[0])
    before = [match.start() for match in re.finditer(rf"\b{first}", source.text[: offset + len(name)])]
    return max((at for at in before if at <= offset), default=offset)


def _unknown(source: Source, offset: int, name: str, fields: Mapping[str, str]) -> Problem:
    at = start_of(source, offset, name)
    if name in FUNCTIONS and source.text[offset : offset + 1] == "(":
        hint = f"write {FUNCTIONS[name].usage}"
        return problem(source, at, f"{name} is given too little or too much", hint)
    if "." in name:
        return problem(source, at, f"there is no field {name}", nearest(name, fields, "field"))
    return problem(source, at, f"there is no word {name}", _word_hint(source, at, name, fields))


def unknown_functions(source: Source) -> list[Problem]:
    """Functions that conditions do not have, whether CEL has them or not."""
    known = {*FUNCTIONS, *METHODS, *MAKERS, "in"}
    return [
        problem(source, call.start(), f"there is no function {call[1]}", _function_hint(call[1]))
        for call in CALLS.finditer(blanked(source.text))
        if call[1] not in known and call[1].lower() not in WRITE
    ]


def _function_hint(name: str) -> str:
    if name == "has":
        return FILLED
    if name in LOOPS:
        return WRITE["in"]
    if re.search("day|date|hour|week|month|ago|since", name.lower()):
        return 'count with the date: now - lead.trial_ends > duration("72h")'
    return nearest(name, FUNCTIONS, "function") or f"there are {', '.join(sorted(FUNCTIONS))}"


def _word_hint(source: Source, at: int, name: str, fields: Mapping[str, str]) -> str:
    if name == "grade":
        return f"write {FUNCTIONS['grade_at_least'].usage}"
    if name.lower() in PLAIN_WORDS:
        return f"write {PLAIN_WORDS[name.lower()]}"
    if name in FUNCTIONS:
        return f"write {FUNCTIONS[name].usage}"
    if name in STAGES and OF_STAGE.search(source.text[:at]):
        return f'a text stands in quotes: "{name}"'
    ends = [field for field in fields if field.split(".", 1)[-1] == name]
    if ends:
        return f"write {ends[0]}"
    inside = INSIDE.search(source.text[: at + 200].split(")")[0].split(",")[0] + ")")
    if inside and name in inside[1].split("-"):
        return f'names stand in quotes: ("{inside[1]}")'
    near = nearest(name, [*WORDS, *fields], "word")
    return near if near.startswith("did") else f'a text stands in quotes: "{name}"'


def _wrong_types(source: Source, offset: int, operator: str, types: str) -> Problem:
    given = [TYPES.get(kind, "a list" if kind.startswith("list") else kind) for kind in _split(types)]
    if operator in FUNCTIONS:
        at = start_of(source, offset, operator)
        return problem(
            source, at, f"{operator} cannot take {_list(given)}", f"write {FUNCTIONS[operator].usage}"
        )
    if operator in OPERATORS:
        text = f"{OPERATORS[operator]} cannot be put between {_list(given)}"
        if len(given) == 1:
            text = f"{OPERATORS[operator]} cannot be put before {given[0]}"
        return problem(source, offset, text, _type_hint(operator, given, source.text))
    if operator not in METHODS:
        return problem(source, offset, UNUSED, USED_HINT)
    at = start_of(source, offset, operator)
    return problem(source, at, f"{operator} cannot take {_list(given)}")


def _type_hint(operator: str, given: list[str], text: str) -> str:
    if "nothing" in given:
        return FILLED
    if given.count("a yes/no") == 1 and operator in ("_==_", "_!=_"):
        return "a yes/no stands alone: lead.customer, or !lead.customer"
    if operator in ("_<_", "_<=_", "_>_", "_>=_") and given[:1] == ["a yes/no"]:
        return WRITE["between"]
    if operator in ("_&&_", "_||_", "!_"):
        return "compare it with something first, such as score >= 60"
    if operator == "@in":
        return WRITE["in"]
    if "a date" in given and "a text" in given:
        found = re.search(r"[\"'](\d{4}-\d\d-\d\d)[\"']", text)
        return f'write the date as timestamp("{found[1] if found else "2026-03-01"}T00:00:00Z")'
    if "a number" in given and "a text" in given:
        return "numbers stand without quotes, texts with them"
    return ""


def _writing(source: Source, offset: int, text: str) -> Problem:
    if not source.text.strip():
        return problem(source, 0, "the condition is empty", "write one, or leave the key out")
    bare = blanked(source.text)
    if curly := CURLY.search(bare):
        return problem(source, curly.start(), "a curly quote", 'write straight quotes: "')
    if (quote := re.search(r"[\"']", bare)) is not None:
        return problem(source, quote.start(), "a quote that is not closed", "quotes come in pairs")
    for sign in SIGNS.finditer(bare):
        if sign[0].lower() in WRITE and sign[0] != "in":
            return problem(source, sign.start(), f"{sign[0]} is not understood here", WRITE[sign[0].lower()])
    if told := _number(source, bare):
        return told
    if bare.count("(") != bare.count(")"):
        missing = "closing" if bare.count("(") > bare.count(")") else "opening"
        return problem(source, offset, f"the {missing} bracket is missing", "brackets come in pairs")
    if offset >= len(source.text.rstrip()):
        return problem(source, offset, "the condition ends too early", "something must follow here")
    found = re.match(r"\s*(\S+)", source.text[offset:])
    hint = "between two conditions write && (and) or || (or)"
    if "Syntax error" not in text:
        return problem(source, offset, "this is too complicated", "write it as several lines")
    return problem(source, offset, f"{found[1] if found else 'this'} is not understood here", hint)


def _number(source: Source, bare: str) -> Problem | None:
    """Lengths of time without quotes, and percents."""
    if percent := re.search(r"\d\s*(%)", bare):
        hint = "write the number alone: score >= 60"
        return problem(source, percent.start(1), "% is not understood here", hint)
    if date := A_DATE.match(bare):
        hint = f"to wait for it write wait: to {date[1]} {date[2]} {date[3]}"
        return problem(source, date.start(1), "this is a date, and a condition is yes or no", hint)
    found = LENGTH.search(bare)
    if found is None:
        return None
    if bare[: found.start()].rstrip()[-1:] in ("+", "-") and (hours := HOURS.get(found[2][0])):
        hint = f'in a sum of dates write duration("{int(found[1]) * hours}h")'
    else:
        hint = f'a length of time stands in quotes: "{found[0]}"'
    return problem(source, found.start(), f"{found[0]} is not understood here", hint)


def blanked(text: str) -> str:
    """The text with spaces for everything that stands in quotes."""
    return STRINGS.sub(lambda match: " " * len(match[0]), text)


def _list(names: list[str]) -> str:
    return " and ".join(names) if names else "nothing"


def _split(types: str) -> list[str]:
    """The types of ``(string, list(int))``."""
    return [kind for kind in re.split(r",\s*(?![^()]*\)[^()]*\))", types.strip()[1:-1]) if kind]
