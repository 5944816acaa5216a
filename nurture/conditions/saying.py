"""A condition in plain words, from its checked expression."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nurture.conditions.expression import Call, Constant, Items, Name, Node
from nurture.conditions.functions import EVER
from nurture.conditions.language import FUNCTIONS, MAKERS, WORDS_SAY, Takes
from nurture.conditions.times import MADE
from nurture.domain.durations import parse_duration

Clause = tuple[str, str | None]
"""The words, and the word that joins them if they are several: ``and``, ``or``."""

COMPARED = {
    "_==_": ("is", "_!=_", "_==_"),
    "_!=_": ("is not", "_==_", "_!=_"),
    "_>_": ("is more than", "_<=_", "_<_"),
    "_>=_": ("is at least", "_<_", "_<=_"),
    "_<_": ("is less than", "_>=_", "_>_"),
    "_<=_": ("is at most", "_>_", "_>=_"),
}
"""Operator -> its words, its opposite, and itself with the sides changed."""
WHEN = {
    **COMPARED,
    "_>_": ("is after", "", ""),
    "_>=_": ("is at or after", "", ""),
    "_<_": ("is before", "", ""),
    "_<=_": ("is at or before", "", ""),
}
"""The same of dates."""
OFF = {"_+_": "after", "_-_": "before"}
COUNTED = {
    "_==_": "exactly {}",
    "_!=_": "not exactly {}",
    "_>_": "more than {}",
    "_>=_": "at least {}",
    "_<_": "less than {}",
    "_<=_": "at most {}",
}
METHODS = {
    "contains": "contains",
    "startsWith": "begins with",
    "endsWith": "ends with",
    "matches": "matches",
}
SUMS = {"_+_": "plus", "_-_": "minus", "_*_": "times", "_/_": "divided by"}
NUMERALS = {1: "once", 2: "twice"}
NOT_EVER = " has not happened ever"
AUXILIARY = re.compile(r" (is|was|has|are)\b")


def said(node: Node, text: str, yes: bool = True) -> Clause:
    """``text``: the line, for what has no words of its own."""
    match node:
        case Call("!_", (below,)):
            return said(below, text, not yes)
        case Call("_&&_" | "_||_" as operator, args):
            word = "and" if (operator == "_&&_") == yes else "or"
            return joined([said(arg, text, yes) for arg in args], word), word
        case Call(operator, (left, right)) if operator in COMPARED:
            return _compared(operator if yes else COMPARED[operator][1], left, right, text), None
        case Call("@in", (left, Items(elements))):
            choices = joined([(_thing(one, text), None) for one in elements], "or")
            return f"{_thing(left, text)} {'is' if yes else 'is not'} {choices}", None
        case Call(method, (left, right), _, True) if method in METHODS:
            return _denied(f"{_thing(left, text)} {METHODS[method]} {_thing(right, text)}", yes), None
        case Name(name) if name in WORDS_SAY:
            return _denied(WORDS_SAY[name], yes), None
        case Name(name):
            return f"{field_said(name)} is {'yes' if yes else 'no'}", None
        case Call(function) if function in FUNCTIONS:
            return _denied(_thing(node, text), yes), None
    return _denied(f"`{text}`", yes), None


def all_said(parts: Sequence[Clause], word: str) -> str:
    return parts[0][0] if len(parts) == 1 else joined(parts, word)


def joined(parts: Sequence[Clause], word: str) -> str:
    """Parts that are joined by another word stand in brackets."""
    texts = [f"({said})" if own not in (None, word) else said for said, own in parts]
    if len(texts) < 3 or any(own for _, own in parts):
        return f" {word} ".join(texts)
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def field_said(name: str) -> str:
    """``lead.trial_ends`` -> ``"trial ends"``; of an account or a record, whose it is."""
    of, _, field = name.rpartition(".")
    quoted = f'"{field.replace("_", " ")}"'
    return quoted if of == "lead" else f"{quoted} of the {of}" if of else f"the {name}"


def within_said(window: str) -> str:
    if window == EVER:
        return "ever"
    try:
        return f"in the last {parse_duration(window).spoken.removeprefix('1 ')}"
    except ValueError:
        return f"in {window}"


def _denied(clause: str, yes: bool) -> str:
    if yes:
        return clause
    denied, found = AUXILIARY.subn(r" \1 not", clause, count=1)
    return denied.replace(NOT_EVER, " has never happened") if found else f"not: {clause}"


def _compared(operator: str, left: Node, right: Node, text: str) -> str:
    if isinstance(left, Constant) and not isinstance(right, Constant):
        operator, left, right = COMPARED[operator][2], right, left
    if told := _far(operator, left, right, text):
        return told
    what = _thing(left, text)
    if "{n}" in what and isinstance(right, Constant):
        return _counted(operator, what, right.value)
    words = WHEN if _a_moment(left) or _a_moment(right) else COMPARED
    return f"{_number(left, text)} {words[operator][0]} {_number(right, text)}"


def _far(operator: str, left: Node, right: Node, text: str) -> str:
    """How far off a date is: ``lead.renewal - now < duration("72h")``. Empty if nothing of it is asked."""
    match left, right:
        case Call("_-_", (date, Name("now"))), Call("duration"):
            return f"{_thing(date, text)} {COMPARED[operator][0]} {_thing(right, text)} ahead"
        case Call("_-_", (Name("now"), date)), Call("duration"):
            return f"{_thing(date, text)} {COMPARED[operator][0]} {_thing(right, text)} ago"
    return ""


def _a_moment(node: Node) -> bool:
    match node:
        case Name("now") | Call("timestamp"):
            return True
        case Call(operator, (_, Call("duration"))):
            return operator in OFF
    return False


def _counted(operator: str, what: str, number: object) -> str:
    count = int(number) if isinstance(number, int | float) else 0
    if (operator, count) in (("_<_", 1), ("_==_", 0), ("_<=_", 0)):
        return _denied(what.replace(" {n}", ""), False)
    if (operator, count) in (("_>_", 0), ("_!=_", 0), ("_>=_", 1)):
        return what.replace(" {n}", "").replace(" has happened ever", " has ever happened")
    times = NUMERALS.get(count, f"{count} times")
    return what.replace("{n}", COUNTED[operator].format(times)).replace(f"times {EVER}", "times in all")


def _thing(node: Node, text: str) -> str:
    """A value, or something that has one."""
    match node:
        case Constant(value):
            return _value(value)
        case Name(name):
            return "now" if name == "now" else field_said(name)
        case Call(function, args) if function in FUNCTIONS:
            return _call(function, args)
        case Call(operator, (left, Call("duration", (Constant(),)) as length)) if operator in OFF:
            return f"{_thing(length, text)} {OFF[operator]} {_thing(left, text)}"
        case Call(operator, (left, right)) if operator in SUMS:
            return f"{_number(left, text)} {SUMS[operator]} {_number(right, text)}"
        case Call(maker, (Constant(value),)) if maker in MAKERS:
            return MADE[maker](str(value))
        case Items(elements):
            return joined([(_thing(one, text), None) for one in elements], "or")
    return said(node, text)[0]


def _number(node: Node, text: str) -> str:
    """Of a count that is not compared with a number by itself: how often."""
    what = _thing(node, text)
    return f"how often {what.replace(' {n}', '')}" if "{n}" in what else what


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f'"{value}"' if isinstance(value, str) else str(value)


def _call(name: str, args: Sequence[Node]) -> str:
    function = FUNCTIONS[name]
    way = next((index for index, takes in enumerate(function.takes) if len(takes) == len(args)), None)
    if way is None or way >= len(function.says):
        return function.usage
    shown = [
        _argument(takes, arg.value if isinstance(arg, Constant) else "")
        for takes, arg in zip(function.takes[way], args, strict=True)
    ]
    return function.says[way].format(*shown, n="{n}")


def _argument(takes: Takes, value: object) -> str:
    text = str(value)
    if takes is Takes.WINDOW:
        return within_said(text)
    if takes is Takes.FIELD:
        return field_said(text.replace(" ", ""))
    return text if takes in (Takes.STAGE, Takes.GRADE) else f'"{text}"'
