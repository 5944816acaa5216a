"""What handing over and setting a task share: something is opened for a person, and waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from nurture.domain.effects import Effect, Line, Result
from nurture.domain.facts import HandoffFact
from nurture.domain.position import Mark, marks_of
from nurture.domain.sla import TIME_UP, WARNINGS
from nurture.domain.steps.step import Arms, Below, Doc, End, Go, LoadSteps, Move, Stay, Step, Walking

OPEN = "open"
SAID: Mapping[str, str] = {"skipped": "not_done"}
"""Arm -> how the timeline says it, where the arm's own name means something else there."""


@dataclass(frozen=True, kw_only=True)
class Awaiting(Step):
    team: str
    """Of policies/sales.yaml."""
    answered: Arms
    """Arm -> its steps; those that the file leaves out are not there."""

    answers: ClassVar[Mapping[str, str]]
    """State of what was opened -> the arm that follows."""
    ends_as: ClassVar[Mapping[str, str | None]]
    """Arm -> the outcome that ends the journey where the file leaves the arm out; None goes on."""
    opened: ClassVar[str]
    """What the effect says when it has opened it."""

    @classmethod
    def load_arms(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Arms:
        return {key: load_steps(doc[key], f"{name}.{key}") for key in cls.ends_as if key in doc}

    @classmethod
    def effects(cls) -> Mapping[str, Effect]:
        """Mark -> what is done when it is reached."""
        assert cls.effect
        return {"remind": "notify", "escalate": cls.effect, "time_up": "check_engagement"}

    def arms(self) -> Arms:
        return self.answered

    @property
    def below(self) -> Below:
        return "maybe"

    def defaults(self) -> Mapping[str, str]:
        return {arm: name for arm, name in self.ends_as.items() if name and arm not in self.answered}

    @property
    def outcomes(self) -> tuple[str, ...]:
        return tuple(self.defaults().values())

    @property
    def takes_time(self) -> bool:
        return True

    def enter(self, walk: Walking) -> Move:
        assert self.effect
        return Stay(self.effect, max(walk.facts.now, walk.position.planned), waiting=False)

    def stay(self, walk: Walking) -> Stay:
        mark = walk.position.marks[0]
        return Stay(self.effects()[mark.what], mark.at)

    def done(self, walk: Walking, result: Result) -> Move:
        """``result.what``: ``opened`` of the class (brings the deadlines), ``reminded``, ``escalated``."""
        walk.say(Line(result.what, self.name, result.reason, result.detail))
        if result.what == "skipped":
            return Go(walk.after(self), result.at)
        position = walk.position
        if "marks" not in result.detail:
            return self._wait(walk, position.marks[1:], position.nth + 1, position.clock)
        clock = int(str(result.detail.get("clock", 0)))
        return self._wait(walk, marks_of(result.detail["marks"]), position.nth + 1, clock)

    def look(self, walk: Walking) -> Move | None:
        if move := self._answer(walk):
            return move
        if move := self._another_clock(walk):
            return move
        mark = walk.position.marks[0]
        if mark.what == TIME_UP and mark.at <= walk.facts.now:
            return self._follow(walk, "time_up", "nobody answered in time", mark.at)
        return None

    def _another_clock(self, walk: Walking) -> Move | None:
        """Somebody else has it now; or somebody has acted, and needs no warning any more."""
        found, position = self._task(walk), walk.position
        if found is None or found.state != OPEN:
            return None
        if found.clock > position.clock and found.marks:
            return self._wait(walk, found.marks, position.nth, found.clock)
        if found.touched and position.marks[0].what in WARNINGS:
            left = tuple(mark for mark in position.marks if mark.what not in WARNINGS)
            return self._wait(walk, left, position.nth, position.clock)
        return None

    def _task(self, walk: Walking) -> HandoffFact | None:
        return walk.facts.handoffs.get((self.name, walk.position.visit))

    def _answer(self, walk: Walking) -> Move | None:
        found = self._task(walk)
        if found is None or found.state not in self.answers:
            return None
        return self._follow(walk, self.answers[found.state], found.reason or "", found.answered_at)

    def _wait(self, walk: Walking, marks: tuple[Mark, ...], nth: int, clock: int) -> Move:
        """It may have been answered before we came back: then that counts at once."""
        if move := self._answer(walk):
            return move
        return Stay(self.effects()[marks[0].what], marks[0].at, marks=marks, nth=nth, clock=clock)

    def _follow(self, walk: Walking, arm: str, reason: str, at: datetime | None) -> Move:
        walk.say(Line(SAID.get(arm, arm), self.name, reason))
        default = self.ends_as[arm]
        if not walk.has_arm(self, arm) and default is not None:
            return End(default)
        return Go(walk.arm(self, arm), at or walk.facts.now)
