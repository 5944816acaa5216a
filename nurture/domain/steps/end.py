"""``end``: the journey is over, with a named outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nurture.domain.keys import Key, Kind
from nurture.domain.steps.step import Below, Doc, End, LoadSteps, Move, Step, Walking, common


@dataclass(frozen=True, kw_only=True)
class EndAs(Step):
    outcome: str

    verb: ClassVar[str] = "end"
    head: ClassVar[Key] = Key(Kind.NAME, "the outcome", says="end as {}")

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> EndAs:
        return cls(name=name, outcome=str(doc["end"]), **common(doc))

    @property
    def below(self) -> Below:
        return "never"

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (self.outcome,)

    def enter(self, walk: Walking) -> Move:
        return End(self.outcome)
