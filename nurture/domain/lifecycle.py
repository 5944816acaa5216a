"""The company's own rules for stages: ``policies/lifecycle.yaml``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nurture.domain.bant import STALE, Answers
from nurture.domain.conditions import Condition
from nurture.domain.durations import parse_duration
from nurture.domain.stages import DETOURS, PATH

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
    entries: Mapping[str, Condition] = field(default_factory=dict)
    """Stage -> when a lead comes to it by herself: `when`."""

    def allows(self, before: str, after: str) -> bool:
        return before == after or after not in self.sources or before in self.sources[after]

    def entered(self, stage: str, holds: Callable[[Condition], bool]) -> str | None:
        """The stage to which a lead at ``stage`` comes by herself, if there is one."""
        return next((name for name in self._open(stage) if holds(self.entries[name])), None)

    def _open(self, stage: str) -> Iterator[str]:
        """Those out of the way before those on it, the furthest first. Along the way it only goes forward,
        and nobody comes back to it from a detour like this: so no two rules play with a lead."""
        out = [] if stage == "disqualified" else [name for name in reversed(DETOURS) if name != stage]
        on = reversed(PATH[PATH.index(stage) + 1 :]) if stage in PATH else ()
        yield from (name for name in (*out, *on) if name in self.entries and self.allows(stage, name))


def load_lifecycle(doc: Mapping[str, Any]) -> Lifecycle:
    """From the document of a published policy, which the checker has passed."""
    stages = doc.get("stages", {})
    bant = doc.get("bant", {})
    return Lifecycle(
        {name: frozenset(spec["from"]) for name, spec in stages.items() if "from" in spec},
        {name: parse_duration(spec["at_most"]).span() for name, spec in stages.items() if "at_most" in spec},
        bant.get("answers", {}),
        parse_duration(bant["stale"]).span() if "stale" in bant else STALE,
        {name: Condition(lines_of(spec["when"])) for name, spec in stages.items() if "when" in spec},
    )


def ready_when(doc: Mapping[str, Any]) -> tuple[str, ...]:
    """Lines of a condition, all of which must hold; none: nothing is asked."""
    return lines_of(doc.get("ready_when", ()))


def lines_of(lines: object) -> tuple[str, ...]:
    """One line of a condition, or several."""
    return tuple(lines) if isinstance(lines, list | tuple) else (str(lines),)
