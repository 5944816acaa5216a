"""A condition as the file has it, and what the walk asks of whoever can evaluate it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from nurture.domain.facts import Facts


@dataclass(frozen=True)
class Condition:
    """Lines of CEL. ``every``: all must hold (``if``, ``when``, ``until``); otherwise one is enough
    (``unless``)."""

    lines: tuple[str, ...] = ()
    every: bool = True

    def __bool__(self) -> bool:
        return bool(self.lines)


def standing(lines: tuple[str, ...]) -> Condition:
    """All lines must hold, in one line. Who reads it hears also of what makes it false, such as points that
    fade: of a condition where ``every`` line must hold only what makes it true is heard."""
    joined = lines if len(lines) < 2 else (" && ".join(f"({line})" for line in lines),)
    return Condition(joined, every=False)


@dataclass(frozen=True)
class Answer:
    holds: bool
    reason: str = ""
    """In words for the timeline: the deciding line and the values it saw."""
    inputs: Mapping[str, object] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    """Fields that were empty, so that their comparison was not true."""
    error: str | None = None
    """Why it could not be decided; the journey then needs attention."""


class Asks(Protocol):
    """The one door to evaluating conditions; ``nurture.conditions`` implements it with CEL."""

    def ask(self, condition: Condition, facts: Facts) -> Answer: ...

    def reads(self, condition: Condition) -> frozenset[str]:
        """What can change the answer: tokens ``event:TYPE``, ``field:lead.x``, ``score``, ``stage``,
        ``tag``, ``time``."""
        ...
