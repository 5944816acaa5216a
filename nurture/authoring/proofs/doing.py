"""What a ``do`` makes so, and what is no longer known after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from nurture.conditions.logic.formula import Formula, Is, OneOf, Within, keys
from nurture.conditions.logic.spans import point
from nurture.domain.actions.set import is_date, parse_when
from nurture.domain.bant import FIELDS
from nurture.domain.steps.do import Do


class Known(Protocol):
    @property
    def formula(self) -> Formula: ...


C = TypeVar("C", bound=Known)
Made = Iterator[tuple[Formula, str, bool]]
"""What is so, in words, and whether it stays so."""


def after_doing(
    step: Do, known: frozenset[C], line: str, claim: Callable[[Formula, str, bool], C]
) -> frozenset[C]:
    for action, value in step.actions.items():
        touched = TOUCHES.get(action)
        words = None if touched is None else touched(value)
        known = frozenset() if words is None else frozenset(c for c in known if not _about(c.formula, words))
        known |= {claim(*made) for made in MAKES.get(action, _nothing)(value, line)}
    return known


def _about(formula: Formula, words: list[str]) -> bool:
    return any(word in part for key in keys(formula) for part in key for word in words)


def _nothing(_value: Any, _line: str) -> Made:
    yield from ()


def _set(values: Mapping[str, Any], line: str) -> Made:
    for name, value in values.items():
        of_date = isinstance(value, str) and is_date(value)
        if not (of_date and parse_when(value).field):  # which may be empty
            yield Is(("known", name)), f"{line} fills in `{name}`", True
        if not of_date:
            yield _equal(name, value), f"{line} sets `{name}`", False


def _equal(name: str, value: object) -> Formula:
    if isinstance(value, bool):
        return Is(("yes", name), value)
    if isinstance(value, int | float):
        return Within(("field", name), point(float(value)))
    return OneOf(("field", name), frozenset({str(value)}))


def _tag(value: str | list[str], line: str) -> Made:
    for name in _tags(value):
        off = name.startswith("-")
        words = f"{line} takes the tag `{name[1:]}` off" if off else f"{line} puts the tag `{name}` on"
        yield Is(("tagged", name.removeprefix("-")), not off), words, True


def _stage(value: str, line: str) -> Made:
    yield OneOf(("stage",), frozenset({value})), f"{line} moves the lead to `{value}`", False


def _tags(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


FIELDS_OF_BANT = frozenset(FIELDS.values())
MAKES: Mapping[str, Callable[[Any, str], Made]] = {"set": _set, "tag": _tag, "stage": _stage}
TOUCHES: Mapping[str, Callable[[Any], list[str]]] = {
    "set": lambda value: [*value, *(["bant"] if FIELDS_OF_BANT & set(value) else [])],
    "tag": lambda value: [name.removeprefix("-") for name in _tags(value)],
    "stage": lambda _value: ["stage"],
    "score": lambda _value: ["score", "engagement", "score_of", "account_score"],
}
"""Action -> the words of conditions that it changes. An action that is not here may change anything."""
