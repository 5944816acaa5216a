"""What can change the answer of a condition, taken from its checked expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nurture.conditions.expression import Call, Constant, Name, Node, parts
from nurture.conditions.functions import EVER
from nurture.conditions.language import FUNCTIONS
from nurture.domain.bant import FIELDS
from nurture.domain.dictionary import Dictionary
from nurture.domain.facts import changes_of

SALES = "sales"
ACCOUNT = "account_score"
"""What the score of a company is read as, in conditions and in what a journey listens for."""
FADING = ("score", "engagement")
RISING = {"_>_": (True, False), "_>=_": (True, False), "_<_": (False, True), "_<=_": (False, True)}
"""Comparison -> whether more on its left, and on its right, makes it true."""

Segment = Callable[[str, bool | None], frozenset[str]]
"""A segment and the sign of its part -> what its conditions read."""


def reads(node: Node, dictionary: Dictionary, segment: Segment, more: bool | None = True) -> frozenset[str]:
    return frozenset(_reads(node, more, dictionary, segment))


def _reads(node: Node, more: bool | None, dictionary: Dictionary, segment: Segment) -> Iterator[str]:
    """``more``: whether a rise of this part makes the whole true (None: either way).

    Scores fade and counts run out of their window, both downwards: where only a rise matters, time alone
    makes nothing true, and ``time`` is left out.
    """
    match node:
        case Name(name=name):
            yield from _word(name, more)
        case Call(function=function) if function in FUNCTIONS:
            yield from _call(node, more, dictionary, segment)
        case _:
            for below, sign in zip(parts(node), _signs(node, more), strict=True):
                yield from _reads(below, sign, dictionary, segment)


def _signs(node: Node, more: bool | None) -> list[bool | None]:
    below = parts(node)
    if isinstance(node, Call) and node.function in RISING:
        return [None if more is None else sign == more for sign in RISING[node.function]]
    if isinstance(node, Call) and node.function == "!_":
        return [None if more is None else not more]
    if isinstance(node, Call) and node.function in ("_&&_", "_||_"):
        return [more] * len(below)
    return [None] * len(below)


def _word(name: str, more: bool | None) -> Iterator[str]:
    if name == "now":
        yield "time"
    elif name in ("score", "fit", "engagement"):
        yield "score"
        if name in FADING and more is not True:
            yield "time"
    elif name == ACCOUNT:
        yield ACCOUNT
        if more is not True:
            yield "time"
    elif name == "bant":
        yield from (f"field:{field}" for field in FIELDS.values())
    elif name == "stage":
        yield "stage"
    elif name == "with_sales":
        yield from (SALES, "event:handoff.answered", "event:task.answered", "time")
    elif "." in name:
        yield f"field:{name}"


def _call(call: Call, more: bool | None, dictionary: Dictionary, segment: Segment) -> Iterator[str]:
    names = [str(arg.value) for arg in call.args if isinstance(arg, Constant)]
    yield from FUNCTIONS[call.function].tokens
    if not names:
        return
    if call.function in ("happened", "count") and names[0] in dictionary.happenings:
        yield f"event:{dictionary.happenings[names[0]].event}"
    if call.function == "changed":
        yield f"event:{changes_of(names[0])}"
    if call.function in ("known", "changed"):
        yield f"field:{names[0].replace(' ', '')}"
    if call.function == "score_of" and more is not True:
        yield "time"
    if call.function in ("count", "changed") and names[1:] not in ([], [EVER]) and more is not True:
        yield "time"
    if call.function == "in_segment":
        yield from segment(names[0], more)
