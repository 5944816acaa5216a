"""Formulas: facts that are so or not, joined by and and or. ``meaning`` makes them of conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nurture.conditions.logic.spans import Spans, whole, without

Key = tuple[str, ...]
"""What a fact is about: ``("clicked", "guide")``, ``("field", "lead.country")``."""


@dataclass(frozen=True)
class Is:
    """A plain yes or no."""

    key: Key
    value: bool = True


@dataclass(frozen=True)
class Within:
    """A number that lies in one of the spans."""

    key: Key
    spans: Spans
    whole: bool = False


@dataclass(frozen=True)
class OneOf:
    """A text that is one of the values, or (``listed`` false) none of them."""

    key: Key
    values: frozenset[str]
    listed: bool = True


@dataclass(frozen=True)
class Tests:
    """A text that passes a test, such as ``contains``, or does not."""

    key: Key
    method: str
    word: str
    value: bool = True


@dataclass(frozen=True)
class All:
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Some:
    parts: tuple[Formula, ...]


Fact = Is | Within | OneOf | Tests
Formula = Fact | All | Some
TRUE, FALSE = All(()), Some(())
TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, word: word in text,
    "startsWith": lambda text, word: text.startswith(word),
    "endsWith": lambda text, word: text.endswith(word),
}


def every(parts: Iterable[Formula]) -> Formula:
    found = tuple(part for part in parts if part != TRUE)
    return found[0] if len(found) == 1 else All(found)


def some(parts: Iterable[Formula]) -> Formula:
    found = tuple(part for part in parts if part != FALSE)
    return found[0] if len(found) == 1 else Some(found)


def negated(formula: Formula) -> Formula:
    match formula:
        case Is(key, value):
            return Is(key, not value)
        case Within(key, spans, is_whole):
            rest = without(spans)
            return Within(key, whole(rest) if is_whole else rest, is_whole)
        case OneOf(key, values, listed):
            return OneOf(key, values, not listed)
        case Tests(key, method, word, value):
            return Tests(key, method, word, not value)
        case All(parts):
            return some(negated(part) for part in parts)
        case Some(parts):
            return every(negated(part) for part in parts)


def keys(formula: Formula) -> frozenset[Key]:
    """Everything that it is about."""
    if isinstance(formula, All | Some):
        return frozenset(key for part in formula.parts for key in keys(part))
    return frozenset({formula.key})
