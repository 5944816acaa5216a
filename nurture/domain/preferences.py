"""What a lead has asked for at the preference page: which topics, how often, and not before when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from nurture.domain.with_sales import Peace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nurture.domain.facts import Facts

WEEKLY, MONTHLY = "weekly", "monthly"
OFTEN: Mapping[str, str] = MappingProxyType({WEEKLY: "week", MONTHLY: "30d"})
"""How often -> the period in which at most one marketing message comes."""
PAUSES = (1, 2, 3)
"""Months for which somebody can pause."""
HOLD = "asked-pause"
"""What holds a message while the lead pauses."""
CHANGED = "preferences.changed"
"""The event."""
TOPIC = "topic:"
"""Before the name of a topic, the scope of what holds for it alone."""


@dataclass(frozen=True)
class Wishes:
    often: str | None = None
    """A word of ``OFTEN``; None: as often as the company's rules let it be."""
    paused: datetime | None = None
    """Until when; may be over."""
    without: frozenset[str] = frozenset()
    """Topics of which nothing is wanted."""
    barred: str = ""
    """Why nobody may write to them at all: no consent, or one that has run out. Empty: it is allowed."""


NO_WISHES = Wishes()


def pause_of(facts: Facts) -> Peace | None:
    until = facts.wishes.paused
    if until is None or until <= facts.now:
        return None
    return Peace(until, HOLD, "she has paused our mails")


def unwanted(topic: str | None, wishes: Wishes) -> str | None:
    """Why a marketing message about ``topic`` is skipped."""
    if wishes.barred:
        return wishes.barred
    return f"she wants nothing about {topic}" if topic and topic in wishes.without else None
