"""Numbers, dates and lengths of time in a condition, as sums: ``now - lead.signed_up`` is one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nurture.conditions.expression import Call, Constant, Name, Node
from nurture.conditions.language import FUNCTIONS, WORDS
from nurture.conditions.logic.formula import Key

PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s)")
SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
WHOLE = ("score", "fit", "engagement", "bant", "account_score")
COUNTS = ("count", "score_of")
"""Functions that give whole numbers."""


@dataclass(frozen=True)
class Sum:
    parts: tuple[tuple[Key, float], ...]
    """What it is made of, how often; in order."""
    constant: float = 0.0

    def plus(self, other: Sum, times: float = 1.0) -> Sum:
        found = dict(self.parts)
        for key, count in other.parts:
            found[key] = found.get(key, 0.0) + times * count
        parts = tuple(sorted((key, count) for key, count in found.items() if count))
        return Sum(parts, self.constant + times * other.constant)

    def times(self, factor: float) -> Sum:
        return Sum((), 0.0).plus(self, factor)

    @property
    def whole(self) -> bool:
        """Whether only whole numbers come out, its constant left aside."""
        return all((key[0] in WHOLE or key[0] in COUNTS) and count == int(count) for key, count in self.parts)


def kind_of(node: Node, fields: Mapping[str, str]) -> str:
    """``text``, ``number``, ``yes/no``, ``date``, ``time`` (a length), or empty if that cannot be told."""
    match node:
        case Name(name):
            return WORDS.get(name) or fields.get(name, "")
        case Constant(value):
            return {bool: "yes/no", str: "text", float: "number", int: "number"}.get(type(value), "")
        case Call("duration"):
            return "time"
        case Call("timestamp"):
            return "date"
        case Call("_+_" | "_-_", (first, second)):
            return _added(kind_of(first, fields), kind_of(second, fields))
        case Call("_*_" | "_/_" | "-_"):
            return "number"
        case Call(function) if function in FUNCTIONS:
            return FUNCTIONS[function].returns
        case Call():
            return "yes/no"
    return ""


def _added(first: str, second: str) -> str:
    if "date" in (first, second):
        return "time" if first == second else "date"
    return first


def sum_of(node: Node, fields: Mapping[str, str]) -> Sum | None:
    """None: it is no sum of numbers, dates or lengths of time."""
    if kind_of(node, fields) not in ("number", "date", "time"):
        return None
    match node:
        case Constant(float() | int() as value):
            return Sum((), float(value))
        case Name(name):
            return Sum(((("field", name) if "." in name else (name,), 1.0),))
        case Call("duration" | "timestamp" as function, (Constant(str() as text),)):
            return Sum(
                (), _seconds(text) if function == "duration" else datetime.fromisoformat(text).timestamp()
            )
        case Call("_+_" | "_-_" as operator, (first, second)):
            one, other = sum_of(first, fields), sum_of(second, fields)
            return one.plus(other, 1.0 if operator == "_+_" else -1.0) if one and other else None
        case Call("-_", (inner,)):
            negative = sum_of(inner, fields)
            return negative.times(-1.0) if negative else None
        case Call("_*_", (first, second)):
            return _product(sum_of(first, fields), sum_of(second, fields))
        case Call(function, args) if function in FUNCTIONS:
            names = [str(arg.value) for arg in args if isinstance(arg, Constant)]
            return Sum((((function, *names), 1.0),))
    return None


def _product(one: Sum | None, other: Sum | None) -> Sum | None:
    if one is None or other is None or (one.parts and other.parts):
        return None
    return one.times(other.constant) if one.parts else other.times(one.constant)


def _seconds(text: str) -> float:
    total = sum(float(number) * SECONDS[unit] for number, unit in PART.findall(text))
    return -total if text.startswith("-") else total
