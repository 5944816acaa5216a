"""What must be so for a condition to hold, and what for it not to: an empty field makes neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from nurture.conditions.expression import Call, Constant, Items, Name, Node, walk
from nurture.conditions.language import FUNCTIONS
from nurture.conditions.logic.formula import (
    FALSE,
    TEXT_TESTS,
    TRUE,
    Fact,
    Formula,
    Is,
    Key,
    OneOf,
    Tests,
    Within,
    every,
    negated,
    some,
)
from nurture.conditions.logic.linear import Sum, kind_of, sum_of
from nurture.conditions.logic.spans import TURNED, compared, whole
from nurture.conditions.logic.words import written
from nurture.domain.scoring.policy import LETTERS
from nurture.domain.stages import PATH, STAGES, at_least

COMPARISONS = tuple(TURNED)
EQUAL = ("_==_", "_!=_")
NEVER_EMPTY = ("count", "score_of")
Segment = Callable[[str], Formula]
"""A segment -> what must be so for a lead to be in it."""


@dataclass(frozen=True)
class Meaning:
    fields: Mapping[str, str]
    """Field -> its type."""
    segment: Segment

    def of(self, node: Node, holds: bool = True) -> Formula:
        """What must be so for the condition to be true (``holds``), or to be false."""
        match node:
            case Call("_&&_" | "_||_" as operator, args):
                parts = (self.of(arg, holds) for arg in args)
                return every(parts) if (operator == "_&&_") is holds else some(parts)
            case Call("!_", (inner,)):
                return self.of(inner, not holds)
            case Call("_?_:_", (asked, then, otherwise)):
                return some([every([self.of(asked), self.of(then, holds)]),
                             every([self.of(asked, False), self.of(otherwise, holds)])])  # fmt: skip
            case Constant(bool() as value):
                return TRUE if value is holds else FALSE
            case Name(name):
                return Is(("yes", name), holds)
            case Call("in_segment", (Constant(value=name),)):
                inside = self.segment(str(name))
                return inside if holds else negated(inside)
        fact = self._fact(node)
        return every([*self._needs(node), fact if holds else negated(fact)])

    def _fact(self, node: Node) -> Formula:
        """What it says, supposed that everything in it is known."""
        match node:
            case Call("stage_at_least", (Constant(str() as least),)) if least in PATH:
                return OneOf(("stage",), frozenset(one for one in STAGES if at_least(one, least)))
            case Call("grade_at_least", (Constant(str() as least),)) if least in LETTERS:
                return OneOf(("grade",), frozenset(LETTERS[: LETTERS.index(least) + 1]))
            case Call("known", (Constant(name),)):
                return Is(("known", str(name).replace(" ", "")))
            case Call("@in", (value, Items(elements))):
                texts = [one.value for one in elements if isinstance(one, Constant)]
                if (key := _text_key(value)) and len(texts) == len(elements):
                    return OneOf(key, frozenset(str(text) for text in texts))
                return some(self._compared("_==_", value, element) for element in elements)
            case Call(operator, (first, second)) if operator in COMPARISONS:
                return self._compared(operator, first, second)
            case Call(method, (text, Constant(str() as word))) if method in TEXT_TESTS:
                key = _text_key(text)
                return Tests(key, method, word) if key else _opaque(node)
        return _opaque(node)

    def _compared(self, operator: str, first: Node, second: Node) -> Formula:
        if kind_of(first, self.fields) == "yes/no" and operator in EQUAL:
            same = some([every([self.of(first), self.of(second)]),
                         every([self.of(first, False), self.of(second, False)])])  # fmt: skip
            return same if operator == "_==_" else negated(same)
        if isinstance(first, Constant) and not isinstance(second, Constant):
            operator, first, second = TURNED[operator], second, first
        key = _text_key(first)
        if key and operator in EQUAL and isinstance(second, Constant) and isinstance(second.value, str):
            return OneOf(key, frozenset({second.value}), operator == "_==_")
        one, other = sum_of(first, self.fields), sum_of(second, self.fields)
        if one is None or other is None:
            return _opaque(Call(operator, (first, second), 0))
        return _numbers(operator, one.plus(other, -1.0))

    def _needs(self, node: Node) -> list[Fact]:
        """What must be known, or the condition is neither true nor false."""
        found: dict[Fact, None] = {}
        for part in walk(node):
            if isinstance(part, Name) and "." in part.name and self.fields.get(part.name) != "yes/no":
                found[Is(("known", part.name))] = None
            elif isinstance(part, Call) and part.function in FUNCTIONS:
                found |= dict.fromkeys(_needs_of(part))
        return list(found)


def _needs_of(call: Call) -> Iterator[Fact]:
    """What makes a function have a value at all."""
    names = [str(arg.value) for arg in call.args if isinstance(arg, Constant)]
    if call.function == "answer":
        yield Is(("answered", *names))
    elif call.function not in NEVER_EMPTY and FUNCTIONS[call.function].returns != "yes/no":
        yield Is(("has", call.function, *names))


def _numbers(operator: str, difference: Sum) -> Formula:
    """The sum compared with zero."""
    if not difference.parts:
        holds = any(span.low <= difference.constant <= span.high for span in compared(operator, 0.0))
        strict = difference.constant == 0 and operator in ("_>_", "_<_", "_!=_")
        return TRUE if holds and not strict else FALSE
    factor = difference.parts[0][1]
    scaled = difference.times(1 / factor)
    spans = compared(TURNED[operator] if factor < 0 else operator, -scaled.constant)
    key: Key = ("sum", *(f"{count:g}*{'/'.join(key)}" for key, count in scaled.parts))
    if len(scaled.parts) == 1:
        key = scaled.parts[0][0]
    return Within(key, whole(spans) if scaled.whole else spans, scaled.whole)


def _text_key(node: Node) -> Key | None:
    match node:
        case Name(name):
            return ("field", name) if "." in name else (name,)
        case Call(function, args) if function in FUNCTIONS and FUNCTIONS[function].returns == "text":
            return (function, *(str(arg.value) for arg in args if isinstance(arg, Constant)))
    return None


def _opaque(node: Node) -> Fact:
    """Nothing is known of it but that it is so or not."""
    if isinstance(node, Call) and node.function in FUNCTIONS:
        names = [str(arg.value) for arg in node.args if isinstance(arg, Constant)]
        if len(names) == len(node.args):
            return Is((node.function, *names))
    return Is(("says", written(node)))
