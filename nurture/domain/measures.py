"""What a campaign counts as its success. It moves nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nurture.domain.conditions import Condition
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.keys import NAME_PATTERN
from nurture.domain.steps.send import Send
from nurture.domain.steps.split import Split
from nurture.domain.steps.step import Step, lines
from nurture.domain.winner import GOAL, REACTIONS, Winner

HAPPENING = re.compile(NAME_PATTERN)
"""A ``when`` that is no more than a name means that this has happened."""
Test = Split | Send
"""A step with ways or variants that are drawn."""


@dataclass(frozen=True)
class Measure:
    name: str
    when: Condition
    within: Duration | None = None
    """How long after entering it still counts; None: whenever."""


def load_measures(doc: Mapping[str, Any], steps: Iterable[Step]) -> tuple[Measure, ...]:
    """Those of the file, and those that its tests are decided by."""
    declared = {name: _declared(name, spec) for name, spec in doc.items()}
    implied = {measure.name: measure for step in steps for measure in _implied(step)}
    return tuple({**implied, **declared}.values())


def tests_of(steps: Iterable[Step]) -> dict[str, Test]:
    return {
        step.name: step
        for step in steps
        if isinstance(step, Split) or (isinstance(step, Send) and step.variants)
    }


def shares_of(test: Test) -> Mapping[str, int]:
    return test.shares if isinstance(test, Split) else test.variants


def counted_as(step: str, winner: Winner) -> str:
    """The measure that decides the test of a step."""
    return f"{winner.by} {step}" if winner.by in REACTIONS else winner.by


def _declared(name: str, spec: Mapping[str, Any]) -> Measure:
    within = parse_duration(spec["within"]) if "within" in spec else None
    when = spec["when"]
    if isinstance(when, str) and HAPPENING.match(when):
        when = f'happened("{when}")'
    return Measure(name, Condition(lines(when)), within)


def _implied(step: Step) -> Iterator[Measure]:
    winner = getattr(step, "winner", None)
    if winner is None or winner.by == GOAL:
        return
    asks = (winner.by, step.name) if winner.by in REACTIONS else ("happened", winner.by)
    yield Measure(counted_as(step.name, winner), Condition((f'{asks[0]}("{asks[1]}")',)))
