"""Who comes into a campaign: what lets a lead in, for whom, and whether again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nurture.domain.anchors import Anchor, parse_date
from nurture.domain.conditions import Answer, Asks, Condition
from nurture.domain.dictionary import Happening
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.facts import Facts, changes_of
from nurture.domain.schedules import Schedule, parse_schedule
from nurture.domain.steps.step import lines
from nurture.domain.volume import Canary, Volume, load_canary, parse_volume

ENTERS, LEAVES, CHANGES, BECOMES, DOES = "enters", "leaves", "changes", "becomes", "does"
WORDS = (ENTERS, LEAVES, CHANGES, BECOMES)
"""What a trigger may begin with; without one of them it is a happening."""
SEGMENT_EVENTS = {ENTERS: "segment.entered", LEAVES: "segment.left"}
NEVER, AFTER, AFTER_EXIT, ALWAYS = "never", "after", "after exit", "always"
OF_EVENT = "event."


@dataclass(frozen=True)
class Trigger:
    """``enters big-companies``, ``changes lead.role``, ``becomes MQL``, or the name of a happening."""

    word: str
    name: str

    def matches(
        self, event_type: str, data: Mapping[str, object], happenings: Mapping[str, Happening]
    ) -> bool:
        match self.word:
            case "enters" | "leaves":
                return event_type == SEGMENT_EVENTS[self.word] and data.get("segment") == self.name
            case "changes":
                return event_type == changes_of(self.name) and self.name in _fields(data)
            case "becomes":
                return event_type == "stage.changed" and data.get("stage") == self.name
        happening = happenings.get(self.name)
        return happening is not None and happening.matches(event_type, data)


@dataclass(frozen=True)
class Again:
    """Whether a lead who has been in may come in again. ``wait`` is set with ``after``."""

    mode: str = NEVER
    wait: Duration | None = None

    def __str__(self) -> str:
        return f"{AFTER} {self.wait}" if self.wait else self.mode


@dataclass(frozen=True)
class Enrol:
    on: tuple[Trigger, ...] = ()
    at: Anchor | None = None
    """A date of the lead: she comes in when it has come."""
    every: Schedule | None = None
    """When everybody is asked; by the company's clock."""
    if_: Condition = Condition()
    """Asked once, at the door."""
    again: Again = Again()
    key: str | None = None
    """The datum of the event (``webinar``) of which each value has a journey of its own."""

    expect: Volume | None = None
    canary: Canary | None = None

    def key_of(self, data: Mapping[str, object]) -> str:
        return str(data.get(self.key, "")) if self.key else ""

    def opened_by(
        self, event_type: str, data: Mapping[str, object], happenings: Mapping[str, Happening]
    ) -> bool:
        return any(trigger.matches(event_type, data, happenings) for trigger in self.on)

    @property
    def segments(self) -> frozenset[str]:
        """Whose coming and going must be watched."""
        return frozenset(trigger.name for trigger in self.on if trigger.word in SEGMENT_EVENTS)


FOLLOWING = (*SEGMENT_EVENTS.values(), "stage.changed", "score.crossed", "lead.changed")
"""Events that we tell of what something else has changed, such as the stage that points bring her to."""


@dataclass(frozen=True)
class Past:
    """An earlier journey of the same lead in the same campaign."""

    key: str
    ended: datetime | None
    """None: it is still open."""
    began: datetime | None = None


def load_enrol(doc: Mapping[str, Any]) -> Enrol:
    return Enrol(
        on=tuple(parse_trigger(text) for text in lines(doc.get("on"))),
        at=parse_anchor(str(doc["at"])) if "at" in doc else None,
        every=parse_schedule(str(doc["every"])) if "every" in doc else None,
        expect=parse_volume(str(doc["expect"])) if "expect" in doc else None,
        canary=load_canary(doc["canary"]) if "canary" in doc else None,
        if_=Condition(lines(doc.get("if"))),
        again=parse_again(str(doc.get("again", NEVER))),
        key=str(doc["key"]).removeprefix(OF_EVENT) if "key" in doc else None,
    )


def parse_anchor(text: str) -> Anchor:
    """``lead.trial_ends - 3d``. Raises ValueError in a marketer's words."""
    anchor = parse_date(text)
    if anchor is None:
        raise ValueError(f"expected a date such as `lead.trial_ends - 3d`, found {text!r}")
    return anchor


def parse_trigger(text: str) -> Trigger:
    word, _, name = text.strip().partition(" ")
    return Trigger(word, name.strip()) if word in WORDS and name else Trigger(DOES, text.strip())


def parse_again(text: str) -> Again:
    """Raises ValueError in a marketer's words."""
    if text in (NEVER, AFTER_EXIT, ALWAYS):
        return Again(text)
    if not text.startswith(f"{AFTER} "):
        raise ValueError(f"expected `never`, `after 180d`, `after exit` or `always`, found {text!r}")
    return Again(AFTER, parse_duration(text.removeprefix(f"{AFTER} ")))


def follows_at(event_type: str, at: datetime) -> datetime | None:
    """When it happened, of what only follows from something else."""
    return at if event_type in FOLLOWING else None


def kept_out(
    enrol: Enrol,
    key: str,
    before: Sequence[Past],
    now: datetime,
    zone: Callable[[], ZoneInfo],
    follows: datetime | None = None,
) -> str | None:
    """Why a lead with these journeys behind her may not come in, by name.

    ``follows``: when something happened that only follows from something else. Where that has let her in
    already, it does not once more, even if she is out again by now.

    One journey is open for each key. With keys, ``never`` and ``after`` look at each key by itself, and
    ``after exit`` lets one journey be open at a time, whatever the key.
    """
    same = [past for past in before if past.key == key]
    if any(past.ended is None for past in same):
        return "already in"
    if follows and any(past.began and follows <= past.began for past in same):
        return "let in by it already"
    match enrol.again.mode:
        case "never":
            return "been there" if same else None
        case "after exit":
            return "already in" if any(past.ended is None for past in before) else None
        case "after":
            latest = max((past.ended for past in same if past.ended), default=None)
            assert enrol.again.wait is not None
            if latest and enrol.again.wait.after(latest, zone()) > now:
                return f"again {enrol.again.wait} after leaving"
    return None


def unfit(asks: Asks, facts: Facts, wanted: Iterable[tuple[str, Condition]]) -> tuple[str, Answer] | None:
    """The first condition that does not hold, or fails, under its name."""
    for name, condition in wanted:
        if condition and not (answer := asks.ask(condition, facts)).holds:
            return name, answer
    return None


def _fields(data: Mapping[str, object]) -> Sequence[object]:
    fields = data.get("fields")
    return fields if isinstance(fields, list | tuple) else ()
