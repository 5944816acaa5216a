"""The company's own rules for stages: ``policies/lifecycle.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nurture.domain.bant import STALE, Answers
from nurture.domain.durations import parse_duration

READY = "ready"
"""The segment of leads of whom enough is known to be handed over: ``ready_when``."""


@dataclass(frozen=True)
class Lifecycle:
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Stage -> those from which a lead may come to it. A stage that is not named: from any."""

    limits: Mapping[str, timedelta] = field(default_factory=dict)
    """Stage -> how long a lead is at it at most, until `stage.overdue` says so."""
    answers: Answers = field(default_factory=dict)
    """What answers to questions say of budget, authority, need, timing and the buying stage."""
    stale: timedelta = STALE

    def allows(self, before: str, after: str) -> bool:
        return before == after or after not in self.sources or before in self.sources[after]


def load_lifecycle(doc: Mapping[str, Any]) -> Lifecycle:
    """From the document of a published policy, which the checker has passed."""
    stages = doc.get("stages", {})
    bant = doc.get("bant", {})
    return Lifecycle(
        {name: frozenset(spec["from"]) for name, spec in stages.items() if "from" in spec},
        {name: parse_duration(spec["at_most"]).span() for name, spec in stages.items() if "at_most" in spec},
        bant.get("answers", {}),
        parse_duration(bant["stale"]).span() if "stale" in bant else STALE,
    )


def ready_when(doc: Mapping[str, Any]) -> tuple[str, ...]:
    """Lines of a condition, all of which must hold; none: nothing is asked."""
    lines = doc.get("ready_when", ())
    return tuple(lines) if isinstance(lines, list | tuple) else (str(lines),)
