"""What the functions of conditions look at while one line is evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nurture.domain.dictionary import Dictionary
from nurture.domain.facts import Facts

Segment = Callable[[str, "Scene"], bool]


class Empty(Exception):
    """A function has no value yet, such as the answer to a survey that nobody answered: not an error."""


class Undecided(Exception):
    """A function cannot be evaluated; the text says why, in words for a person and without personal data."""


@dataclass(slots=True)
class Scene:
    facts: Facts
    dictionary: Dictionary
    segment: Segment
    within: frozenset[str] = frozenset()
    """The segments that this evaluation is inside of."""
    seen: dict[str, object] = field(default_factory=dict)
    """Field, word or function call -> what it was."""
    empty: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def shown(function: str, args: tuple[object, ...]) -> str:
    """A call as the file has it."""
    quoted = ", ".join([f'"{arg}"' for arg in args])
    return f"{function}({quoted})"


Run = Callable[..., bool | float | str]
"""A function of conditions: the scene and the arguments of the file -> its value."""
