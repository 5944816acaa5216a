"""``wait``: for a time, until something is so, to a date, or into a window."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from nurture.domain.anchors import Anchor, anchored, parse_date
from nurture.domain.conditions import Condition
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.effects import Line
from nurture.domain.keys import Key, Kind
from nurture.domain.next_day import NextDay, parse_next_day
from nurture.domain.steps.step import (
    Arms,
    Doc,
    Fault,
    Go,
    LoadSteps,
    Move,
    Park,
    Rest,
    Stay,
    Step,
    Walking,
    common,
    lines,
)

A_DATE = (
    "a date such as `to deal.renewal_date - 60d` or `to deal.renewal_date - 2d at 18:00`, or a day such as "
    "`to next monday 09:00`"
)


@dataclass(frozen=True)
class Span:
    """The parsed words after ``wait``; exactly one of the first three is set, or only ``into``."""

    time: Duration | NextDay | None = None
    up_to: Duration | None = None
    anchor: Anchor | None = None
    into: str | None = None


def parse_span(text: str) -> Span:
    """Raises ValueError in a marketer's words."""
    text = text.strip()
    if text.startswith("up to "):
        return Span(up_to=parse_duration(text[6:]))
    if text.startswith("into "):
        return Span(into=text[5:].strip())
    if re.match(r"to\s+next\s", text):
        return Span(time=parse_next_day(text[2:].strip()))
    if text.startswith("to "):
        anchor = parse_date(text[3:])
        if anchor is None:
            raise ValueError(f"expected {A_DATE}, found {text!r}")
        return Span(anchor=anchor)
    return Span(time=parse_duration(text))


@dataclass(frozen=True, kw_only=True)
class Wait(Step):
    span: Span
    until: Condition = Condition()
    time_up: tuple[Step, ...] | None = None

    verb: ClassVar[str] = "wait"
    head: ClassVar[Key] = Key(
        Kind.WAIT,
        "`3d`, `up to 14d` with `until`, `to deal.renewal_date - 60d`, `to next monday 09:00`, "
        "or `into afternoons`",
        says="wait {}",
    )
    keys: ClassVar[Mapping[str, Key]] = {
        "until": Key(Kind.CONDITION, "goes on as soon as this holds; only with `up to`", says="until {}"),
        "time_up": Key(Kind.STEPS, "what happens if it did not hold in time", says="if the time is up"),
        "into": Key(Kind.WINDOW, "waits on until this window opens", says="then for {}"),
        "name": Key(Kind.NAME, "a name of its own, for the timeline and stories", says=""),
    }

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Wait:
        span = parse_span(str(doc["wait"]))
        if "into" in doc:
            span = Span(span.time, span.up_to, span.anchor, doc["into"])
        arm = load_steps(doc["time_up"], f"{name}.time_up") if "time_up" in doc else None
        return cls(name=name, span=span, until=Condition(lines(doc.get("until"))), time_up=arm, **common(doc))

    @classmethod
    def own_name(cls, doc: Doc) -> str | None:
        return doc.get("name")

    @classmethod
    def faults(cls, doc: Doc) -> Iterable[Fault]:
        span = parse_span(str(doc["wait"]))
        if span.up_to and "until" not in doc:
            yield Fault(
                "",
                f"`{doc['wait']}` says how long at most, but not until what",
                "Add `until:` with a condition.",
            )
        for key in ("until", "time_up"):
            if key in doc and not span.up_to:
                yield Fault(
                    key,
                    f"`{key}` needs `wait: up to ...`, which says how long at most",
                    "Write `wait: up to 14d`.",
                )
        if "into" in doc and not span.time:
            yield Fault("into", "`into` goes with a wait for a time, such as `wait: 3d`")

    @property
    def takes_time(self) -> bool:
        return bool(self.span.time or self.span.up_to)

    @property
    def may_move(self) -> bool:
        return self.span.anchor is not None

    def arms(self) -> Arms:
        return {} if self.time_up is None else {"time_up": self.time_up}

    def enter(self, walk: Walking) -> Move:
        deadline = self._deadline(walk)
        if deadline is None:
            assert self.span.anchor
            return Park(f"{self.name} waits for {self.span.anchor.field}, which is empty: fill it in")
        if not self.until:
            return Rest(deadline)
        return self._wait(walk, deadline)

    def look(self, walk: Walking) -> Move | None:
        deadline = walk.position.until
        assert deadline is not None
        return self._wait(walk, deadline) if self.until else self._rest(walk, deadline)

    def _rest(self, walk: Walking, deadline: datetime) -> Move | None:
        if walk.facts.now < deadline:
            return None
        if self.span.anchor and (moved := self._deadline(walk)) and moved > walk.facts.now:
            return Rest(moved)  # the date was put off meanwhile
        return Go(walk.after(self), deadline)

    def _wait(self, walk: Walking, deadline: datetime) -> Move:
        answer = walk.ask(self.until, by=deadline)
        if answer.error:
            return Park(answer.error)
        if answer.holds:
            walk.say(Line("came", self.name, answer.reason, answer.inputs))
            return Go(walk.after(self), walk.facts.now)
        if walk.facts.now < deadline:
            return Stay("check_engagement", deadline, until=deadline)
        if verdict := walk.verdict_on(self.until, deadline):
            return Stay("check_engagement", verdict, until=deadline)
        walk.say(Line("time_up", self.name, answer.reason, answer.inputs))
        return Go(walk.arm(self, "time_up"), deadline)

    def _deadline(self, walk: Walking) -> datetime | None:
        since, zone = walk.position.since, walk.facts.zone
        when = since
        if self.span.anchor:
            date = self._anchor(walk, self.span.anchor)
            if date is None:
                return None
            when = date
        elif length := self.span.time or self.span.up_to:
            when = length.after(since, zone, walk.facts.calendar)
        return walk.opens(self.span.into, when) if self.span.into else when

    def _anchor(self, walk: Walking, anchor: Anchor) -> datetime | None:
        value = walk.facts.fields.get(anchor.field)
        if not isinstance(value, datetime):
            return None
        return anchored(anchor, value, walk.facts.zone, walk.facts.calendar)
