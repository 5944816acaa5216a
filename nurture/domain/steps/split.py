"""``split``: different ways by chance; the ways meet again below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from nurture.domain.effects import Line
from nurture.domain.keys import Key, Kind
from nurture.domain.steps.step import (
    Arms,
    Below,
    Doc,
    Fault,
    Go,
    LoadSteps,
    Move,
    Step,
    Telling,
    Walking,
    common,
)
from nurture.domain.winner import Winner, load_winner

WINNER = Key(
    Kind.WINNER, "when the test is over, and who wins: `by`, `after`, `tie`, `auto`", says="decided by {}"
)


@dataclass(frozen=True)
class SplitWay:
    name: str
    share: int
    """Percent."""
    then: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class Split(Step):
    parts: tuple[SplitWay, ...]
    winner: Winner | None = None

    verb: ClassVar[str] = "split"
    head: ClassVar[Key] = Key(Kind.NAME, "the step's name", says="split by chance ({})")
    keys: ClassVar[Mapping[str, Key]] = {
        "ways": Key(
            Kind.SHARED_WAYS,
            "`way`, `share` and `then`; the shares are percentages that add up to 100",
            required=True,
            says="",
        ),
        "winner": WINNER,
    }

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Split:
        ways = tuple(
            SplitWay(way["way"], int(way["share"]), load_steps(way["then"], f"{name}.{way['way']}"))
            for way in doc["ways"]
        )
        return cls(name=name, parts=ways, winner=load_winner(doc.get("winner")), **common(doc))

    @classmethod
    def own_name(cls, doc: Doc) -> str | None:
        return str(doc["split"])

    @classmethod
    def faults(cls, doc: Doc) -> Iterable[Fault]:
        return winner_faults(doc, [way["way"] for way in doc["ways"]])

    @property
    def shares(self) -> Mapping[str, int]:
        return {way.name: way.share for way in self.parts}

    def arms(self) -> Arms:
        return {way.name: way.then for way in self.parts}

    def arm_says(self, arm: str, _telling: Telling) -> str:
        return f"{self.shares[arm]}% ({arm})"

    @property
    def below(self) -> Below:
        return "never"  # its arms do, and one of them is always taken

    def enter(self, walk: Walking) -> Move:
        drawn = walk.draw(self.name, self.shares)
        walk.keep(self.name, drawn.way)
        walk.say(Line("split", self.name, f"{drawn.way}: {drawn.why}"))
        return Go(walk.arm(self, drawn.way), walk.position.since)


def winner_faults(doc: Doc, ways: list[str]) -> Iterable[Fault]:
    """What is wrong with ``winner`` beside the ways that are there."""
    winner = doc.get("winner")
    if winner is None:
        return
    if winner.get("tie", ways[0]) not in ways:
        yield Fault("winner", f"`tie: {winner['tie']}` is none of the ways", f"There are: {', '.join(ways)}.")
    if "after" not in winner and winner.get("auto", True):
        yield Fault(
            "winner",
            "`winner` does not say when it is decided",
            "Add `after: 200 leads` or `after: 14d`, or `auto: no` if a person decides.",
        )
