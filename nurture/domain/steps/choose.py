"""``choose``: the first way whose condition holds; the ways meet again below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from nurture.domain.conditions import Condition
from nurture.domain.effects import Line
from nurture.domain.keys import Key, Kind
from nurture.domain.steps.step import (
    Arms,
    Below,
    Doc,
    Go,
    LoadSteps,
    Move,
    Park,
    Step,
    Telling,
    Walking,
    common,
    lines,
)


@dataclass(frozen=True)
class Way:
    name: str
    when: Condition
    then: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class Choose(Step):
    ways: tuple[Way, ...]
    otherwise: tuple[Step, ...]

    verb: ClassVar[str] = "choose"
    head: ClassVar[Key] = Key(Kind.NAME, "the step's name", says="choose a way ({})")
    keys: ClassVar[Mapping[str, Key]] = {
        "ways": Key(
            Kind.WAYS,
            "`way`, `when` and `then`; the order counts, the first match wins",
            required=True,
            says="",
        ),
        "otherwise": Key(
            Kind.STEPS, "what happens when no way matches; `next` goes on", required=True, says="otherwise"
        ),
    }

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Choose:
        ways = tuple(
            Way(way["way"], Condition(lines(way["when"])), load_steps(way["then"], f"{name}.{way['way']}"))
            for way in doc["ways"]
        )
        return cls(
            name=name, ways=ways, otherwise=load_steps(doc["otherwise"], f"{name}.otherwise"), **common(doc)
        )

    @classmethod
    def own_name(cls, doc: Doc) -> str | None:
        return str(doc["choose"])

    def arms(self) -> Arms:
        return {**{way.name: way.then for way in self.ways}, "otherwise": self.otherwise}

    def arm_says(self, arm: str, telling: Telling) -> str:
        way = next((way for way in self.ways if way.name == arm), None)
        return f"if {telling.condition(way.when)}" if way else super().arm_says(arm, telling)

    @property
    def below(self) -> Below:
        return "never"  # its arms do, and one of them is always taken

    def enter(self, walk: Walking) -> Move:
        for way in self.ways:
            answer = walk.ask(way.when)
            if answer.error:
                return Park(answer.error)
            if answer.holds:
                walk.say(Line("chose", self.name, f"{way.name}: {answer.reason}", answer.inputs))
                return Go(walk.arm(self, way.name), walk.position.since)
        walk.say(Line("chose", self.name, "otherwise: no way matched"))
        return Go(walk.arm(self, "otherwise"), walk.position.since)
