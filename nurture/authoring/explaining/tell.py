"""Whoever tells of a campaign: what it knows besides the steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nurture.conditions import Conditions
from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Condition
from nurture.domain.dictionary import Dictionary


@dataclass(frozen=True)
class Tell:
    """Implements ``domain.steps.step.Telling``."""

    campaign: Campaign
    dictionary: Dictionary
    conditions: Conditions
    subjects: Mapping[str, str] = field(default_factory=dict)
    """Message -> its subject line, as the template has it."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Step -> its number on the page."""

    def condition(self, condition: Condition) -> str:
        return self.conditions.words(condition)
