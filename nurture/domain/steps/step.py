"""What every verb is made of: its keys for the file, and its part of the walk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, Self

from nurture.domain.conditions import Answer, Condition
from nurture.domain.effects import Change, Effect, Line, Result
from nurture.domain.facts import Facts
from nurture.domain.keys import Key, Kind
from nurture.domain.position import Mark, Position

Doc = Mapping[str, Any]
Arms = Mapping[str, "tuple[Step, ...]"]
LoadSteps = Callable[[Sequence[Doc], str], "tuple[Step, ...]"]
"""Loads an arm; the second argument is the name that its unnamed steps are called after."""

COMMON_KEYS: Mapping[str, Key] = {
    "if": Key(Kind.CONDITION, "the step happens only if every line holds", says="if {}"),
    "unless": Key(Kind.CONDITION, "the step is skipped if one of the lines holds", says="unless {}"),
}


@dataclass(frozen=True)
class Go:
    """On to another step. ``at``: when this one really happened; None: now."""

    to: str | None
    at: datetime | None = None


@dataclass(frozen=True)
class Stay:
    """Stop here until ``due``, then do ``effect``."""

    effect: Effect
    due: datetime
    waiting: bool = True
    until: datetime | None = None
    marks: tuple[Mark, ...] | None = None
    nth: int | None = None
    clock: int | None = None


@dataclass(frozen=True)
class Rest:
    """A wait that nothing can cut short: the walk may look ahead at what follows it."""

    until: datetime


@dataclass(frozen=True)
class End:
    outcome: str


@dataclass(frozen=True)
class Park:
    """The journey cannot go on without a person: ``reason`` says why."""

    reason: str


Move = Go | Stay | Rest | End | Park

Below = Literal["always", "maybe", "never"]


@dataclass(frozen=True)
class Fault:
    """Keys of one step that do not fit together. ``key``: where to point, the verb itself if empty."""

    key: str
    text: str
    hint: str = ""


class Telling(Protocol):
    """What a step may ask of whoever tells of it."""

    def condition(self, condition: Condition) -> str: ...


@dataclass(frozen=True)
class Drawn:
    """A way by chance, or one that is settled, and why."""

    way: str
    why: str


class Walking(Protocol):
    """What a step may ask of the walk that visits it."""

    facts: Facts

    @property
    def position(self) -> Position: ...
    def ask(self, condition: Condition, by: datetime | None = None) -> Answer:
        """``by``: what happened later does not count."""
        ...

    def after(self, step: Step) -> str | None: ...
    def arm(self, step: Step, name: str) -> str | None: ...
    def has_arm(self, step: Step, name: str) -> bool: ...
    def say(self, line: Line) -> None: ...
    def change(self, change: Change) -> None: ...
    def opens(self, window: str, instant: datetime) -> datetime:
        """When a window is open, not before ``instant``."""
        ...

    def sends(self, step: Any, instant: datetime) -> datetime:
        """When the message of a ``send`` may go out, caps aside."""
        ...

    def section(self, name: str) -> str: ...
    def verdict_on(self, condition: Condition, deadline: datetime) -> datetime | None:
        """When an event from before ``deadline`` that could fulfil the condition will be judged."""
        ...

    def draw(self, step: str, shares: Mapping[str, int]) -> Drawn:
        """Of the ways of a test: the one that the lead has, else the winner, else by chance."""
        ...

    def keep(self, step: str, way: str) -> None:
        """The lead keeps the way for the rest of the journey."""
        ...

    def count(self, step: Step) -> int:
        """One more pass over this step; how many there were before."""
        ...


@dataclass(frozen=True, kw_only=True)
class Step:
    name: str
    if_: Condition = Condition()
    unless: Condition = Condition(every=False)
    doc: Doc = field(default_factory=dict, compare=False, repr=False)
    """As the file has it."""

    verb: ClassVar[str]
    head: ClassVar[Key]
    """What stands after the verb."""
    keys: ClassVar[Mapping[str, Key]] = {}
    effect: ClassVar[Effect | None] = None
    """What the engine is asked to do here, where that is always the same."""

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Self:
        """From the document of a published version, which the checker has passed."""
        raise NotImplementedError(cls.verb)

    @classmethod
    def own_name(cls, _doc: Doc) -> str | None:
        """The name that the file gives the step, where the word after the verb is one."""
        return None

    @classmethod
    def faults(cls, _doc: Doc) -> Iterable[Fault]:
        """What is wrong with keys that are each fine alone."""
        return ()

    def arms(self) -> Arms:
        return {}

    def arm_says(self, arm: str, _telling: Telling) -> str:
        """When the journey takes this arm: ``if the time is up``."""
        return (self.keys[arm].says if arm in self.keys else None) or f"if {arm}"

    def defaults(self) -> Mapping[str, str]:
        """Arms that the file leaves out, and the outcomes under which they end the journey."""
        return {}

    @property
    def below(self) -> Below:
        """Whether the journey goes on with the line below, conditions and arms left aside.

        ``always``: there must be one.
        """
        return "always"

    @property
    def goes_to(self) -> tuple[str, ...]:
        """Sections it may leave for."""
        return ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Under which it may end the journey."""
        return ()

    @property
    def takes_time(self) -> bool:
        """Whether a lead rests here, so that a loop through it cannot spin."""
        return False

    @property
    def may_move(self) -> bool:
        """Whether the end of a rest here hangs on a date that may be another by then."""
        return False

    def ready(self, _walk: Walking, instant: datetime) -> datetime:
        """When the effect may happen at the earliest, if wanted at ``instant``."""
        return instant

    def enter(self, walk: Walking) -> Move:
        """Arriving here, all conditions of the step being met."""
        raise NotImplementedError(self.verb)

    def look(self, _walk: Walking) -> Move | None:
        """Woken or due while waiting here. None: nothing has changed."""
        return None

    def stay(self, walk: Walking) -> Stay:
        """What to wait for next while nothing has changed here."""
        assert walk.position.until is not None
        return Stay("check_engagement", walk.position.until, until=walk.position.until)

    def done(self, walk: Walking, result: Result) -> Move:
        """The effect of this step was done."""
        return Go(walk.after(self), result.at)


def common(doc: Doc) -> dict[str, Any]:
    """What every step has."""
    return {
        "if_": Condition(lines(doc.get("if"))),
        "unless": Condition(lines(doc.get("unless")), every=False),
        "doc": doc,
    }


def lines(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(line) for line in value) if isinstance(value, list) else (str(value),)
