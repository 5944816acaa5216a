"""``go``: on to a section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from nurture.domain.effects import Line
from nurture.domain.keys import Key, Kind
from nurture.domain.steps.step import Below, Doc, Go, LoadSteps, Move, Step, Walking, common

TIMES = re.compile(r"^\s*(\d{1,4})(\s+times?)?\s*$")


def parse_times(value: object) -> int:
    """``6`` or ``6 times``. Raises ValueError."""
    match = TIMES.match(str(value))
    if match is None:
        raise ValueError(f"expected a number such as `6 times`, found {value!r}")
    return int(match[1])


@dataclass(frozen=True, kw_only=True)
class GoTo(Step):
    to: str
    at_most: int | None = None

    verb: ClassVar[str] = "go"
    head: ClassVar[Key] = Key(Kind.SECTION, "the section to go on with", says="go on at {}")
    keys: ClassVar[Mapping[str, Key]] = {
        "at_most": Key(
            Kind.COUNT,
            "how often this way may be taken, such as `6 times`; then the next line",
            says="at most {}; then the next line",
        ),
    }

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> GoTo:
        at_most = parse_times(doc["at_most"]) if "at_most" in doc else None
        return cls(name=name, to=str(doc["go"]), at_most=at_most, **common(doc))

    @property
    def below(self) -> Below:
        return "never" if self.at_most is None else "always"

    @property
    def goes_to(self) -> tuple[str, ...]:
        return (self.to,)

    def enter(self, walk: Walking) -> Move:
        if self.at_most is not None and walk.count(self) >= self.at_most:
            walk.say(Line("went_on", self.name, f"to {self.to} at most {self.at_most} times"))
            return Go(walk.after(self), walk.position.since)
        walk.say(Line("went", self.name, f"to {self.to}"))
        return Go(walk.section(self.to), walk.position.since)
