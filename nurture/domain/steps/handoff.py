"""``handoff``: a task for a sales team, and the wait for its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from nurture.domain.effects import Effect, Line, Result
from nurture.domain.keys import Key, Kind
from nurture.domain.position import Mark
from nurture.domain.steps.step import (
    Arms,
    Below,
    Doc,
    End,
    Go,
    LoadSteps,
    Move,
    Stay,
    Step,
    Walking,
    common,
)

ANSWERS = {"accepted": "accepted", "qualified": "accepted", "rejected": "rejected", "expired": "time_up"}
"""State of the task -> the arm that follows."""
DEFAULT_OUTCOMES = {"accepted": "accepted", "rejected": "rejected", "time_up": None}
"""Arms that the file leaves out: the outcome that ends the journey; None goes on."""
EFFECTS: Mapping[str, Effect] = {"remind": "notify", "escalate": "hand_off", "time_up": "check_engagement"}


@dataclass(frozen=True, kw_only=True)
class Handoff(Step):
    team: str
    why: str = ""
    accepted: tuple[Step, ...] | None = None
    rejected: tuple[Step, ...] | None = None
    time_up: tuple[Step, ...] | None = None

    verb: ClassVar[str] = "handoff"
    head: ClassVar[Key] = Key(
        Kind.TEAM, "the team of policies/sales.yaml; also the step's name", says="hand over to {}"
    )
    keys: ClassVar[Mapping[str, Key]] = {
        "why": Key(Kind.TEXT, "what to tell sales", says="because: {}"),
        "name": Key(Kind.NAME, "the step's name, if a team is asked at several steps", says=""),
        "accepted": Key(
            Kind.STEPS, "after sales accepts; left out: ends as accepted", says="if sales accepts"
        ),
        "rejected": Key(
            Kind.STEPS, "after sales rejects; left out: ends as rejected", says="if sales rejects"
        ),
        "time_up": Key(
            Kind.STEPS, "when nobody answered in time; left out: goes on", says="if nobody answers in time"
        ),
    }
    effect: ClassVar[Effect | None] = "hand_off"

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Handoff:
        def arm(key: str) -> tuple[Step, ...] | None:
            return load_steps(doc[key], f"{name}.{key}") if key in doc else None

        return cls(
            name=name,
            team=str(doc["handoff"]),
            why=doc.get("why", ""),
            accepted=arm("accepted"),
            rejected=arm("rejected"),
            time_up=arm("time_up"),
            **common(doc),
        )

    @classmethod
    def own_name(cls, doc: Doc) -> str | None:
        return str(doc.get("name", doc["handoff"]))

    def arms(self) -> Arms:
        arms = {"accepted": self.accepted, "rejected": self.rejected, "time_up": self.time_up}
        return {name: arm for name, arm in arms.items() if arm is not None}

    @property
    def below(self) -> Below:
        return "maybe"

    def defaults(self) -> Mapping[str, str]:
        return {arm: name for arm, name in DEFAULT_OUTCOMES.items() if name and arm not in self.arms()}

    @property
    def outcomes(self) -> tuple[str, ...]:
        return tuple(self.defaults().values())

    @property
    def takes_time(self) -> bool:
        return True

    def enter(self, walk: Walking) -> Move:
        return Stay("hand_off", max(walk.facts.now, walk.position.planned), waiting=False)

    def stay(self, walk: Walking) -> Stay:
        mark = walk.position.marks[0]
        return Stay(EFFECTS[mark.what], mark.at)

    def done(self, walk: Walking, result: Result) -> Move:
        """``result.what``: ``handed`` (brings the deadlines of its task), ``reminded``, ``escalated``."""
        walk.say(Line(result.what, self.name, result.reason, result.detail))
        if result.what == "skipped":
            return Go(walk.after(self), result.at)
        position = walk.position
        if result.what == "handed":
            marks = tuple(
                Mark(datetime.fromisoformat(at), what)
                for at, what in result.detail.get("marks", ())  # type: ignore[attr-defined]
            )
            return self._open(walk, marks, 1)
        return self._open(walk, position.marks[1:], position.nth + 1)

    def look(self, walk: Walking) -> Move | None:
        if move := self._answer(walk):
            return move
        mark = walk.position.marks[0]
        if mark.what == "time_up" and mark.at <= walk.facts.now:
            return self._follow(walk, "time_up", "nobody answered in time", mark.at)
        return None

    def _answer(self, walk: Walking) -> Move | None:
        found = walk.facts.handoffs.get((self.name, walk.position.visit))
        if found is None or found.state not in ANSWERS:
            return None
        return self._follow(walk, ANSWERS[found.state], found.reason or "", found.answered_at)

    def _open(self, walk: Walking, marks: tuple[Mark, ...], nth: int) -> Move:
        """The task may have been answered before we came back: then that counts at once."""
        if move := self._answer(walk):
            return move
        return Stay(EFFECTS[marks[0].what], marks[0].at, marks=marks, nth=nth)

    def _follow(self, walk: Walking, arm: str, reason: str, at: datetime | None) -> Move:
        walk.say(Line(arm, self.name, reason))
        default = DEFAULT_OUTCOMES[arm]
        if not walk.has_arm(self, arm) and default is not None:
            return End(default)
        return Go(walk.arm(self, arm), at or walk.facts.now)
