"""Where the conditions of a campaign stand in its file."""

from __future__ import annotations

from nurture.authoring.checking import Checking
from nurture.authoring.nodes import Place
from nurture.domain.conditions import Condition


def place_of(check: Checking, condition: Condition, key: str, step: str | None = None) -> Place:
    """The first line of a condition. ``step``: whose it is, or the name of its rule."""
    first = condition.lines[0]
    for asked in check.asked:
        if asked.key == key and asked.step == step and asked.line.text.strip() == first:
            return asked.line.at
    return check.places.get(step or "", Place(1, 1))


def line_of(check: Checking, step: str) -> str:
    return f"line {check.places[step].line}" if step in check.places else f"`{step}`"


def quoted(condition: Condition) -> str:
    """`` `a` and `b` ``."""
    return (" and " if condition.every else " or ").join(f"`{line}`" for line in condition.lines)
