"""What an action of ``do`` is: its key in the file, and what it makes of the facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nurture.domain.effects import Effect
from nurture.domain.facts import Facts
from nurture.domain.keys import Key

Apply = Callable[[Facts, Any], Facts]
"""The facts as they are after the action, so that the rest of the walk sees it."""


@dataclass(frozen=True)
class Action:
    key: Key
    apply: Apply
    crm: bool
    """Whether the CRM hears of it."""
    effect: Effect | None = None
    """What the engine is asked to do for it, where that is more than a change of the lead."""


def unchanged(facts: Facts, _value: Any) -> Facts:
    return facts
