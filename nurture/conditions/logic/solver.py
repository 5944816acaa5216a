"""Whether formulas can all be so at once. Too hard a question is answered with yes: nothing is proven."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nurture.conditions.logic.formula import All, Formula, Some
from nurture.conditions.logic.state import Answers, State

MOST_CASES = 3000


class TooHard(Exception):
    """More cases than are worth looking at."""


@dataclass
class _Search:
    left: int = MOST_CASES

    def possible(self, formulas: Iterable[Formula], state: State) -> bool:
        self.left -= 1
        if self.left < 0:
            raise TooHard
        choices = _taken(formulas, state)
        if choices is None or not state.holds_together():
            return False
        if not choices:
            return True
        first = min(choices, key=lambda choice: len(choice.parts))
        rest = [choice for choice in choices if choice is not first]
        return any(self.possible([part, *rest], state.copy()) for part in first.parts)


def _taken(formulas: Iterable[Formula], state: State) -> list[Some] | None:
    """The choices that are left when all plain facts are supposed; None: they contradict each other."""
    todo, choices = list(formulas), []
    while todo:
        match todo.pop():
            case All(parts):
                todo += parts
            case Some() as choice:
                choices.append(choice)
            case fact:
                if not state.suppose(fact):
                    return None
    return choices


def possible(formulas: Sequence[Formula], answers: Answers) -> bool:
    try:
        return _Search().possible(formulas, State(answers))
    except TooHard:
        return True
