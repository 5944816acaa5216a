"""Where a journey is: all that the walk remembers between two decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

INSTANTS = ("since", "planned", "until", "rests_since")


@dataclass(frozen=True)
class Mark:
    """A deadline of an open handoff."""

    at: datetime
    what: str
    """``remind``, ``escalate`` or ``time_up``."""
    rung: int | None = None
    """Which one of the ladder, from 0 on; None: no rung, or one from before they were numbered."""


@dataclass(frozen=True)
class Position:
    step: str
    waiting: bool
    """True inside a wait or an open handoff; False when the step's effect is still to be done."""
    since: datetime
    """When the step before really happened: waits count from here."""
    planned: datetime
    """When the file wanted this step to happen: lateness counts from here."""
    until: datetime | None = None
    """The deadline of the wait."""
    marks: tuple[Mark, ...] = ()
    nth: int = 0
    """How often the effect of this visit was done: a handoff's reminders and escalations."""
    clock: int = 0
    """Which clock of the task the marks are of: each owner's is another."""
    visits: Mapping[str, int] = field(default_factory=dict)
    loops: Mapping[str, int] = field(default_factory=dict)
    fired: Mapping[str, str] = field(default_factory=dict)
    """Rule -> when it last acted, ISO."""
    rests_in: str = ""
    """The wait before this step, while its effect is decided already and the lead still sleeps."""
    rests_since: datetime | None = None
    """From when that wait counts."""
    unasked: bool = False
    """The condition at the door could not be decided, and is still to be asked."""
    drawn: Mapping[str, str] = field(default_factory=dict)
    """Step -> the way or the variant that the lead has."""

    @property
    def visit(self) -> int:
        return self.visits.get(self.step, 1)

    def to_json(self) -> dict[str, object]:
        # Not asdict: it copies deeply, which is a tenth of what a decision costs.
        doc = {name: value for name in NAMES if (value := getattr(self, name))}
        for key in INSTANTS:
            if key in doc:
                doc[key] = doc[key].astimezone(UTC).isoformat()
        if self.marks:
            doc["marks"] = marks_to_json(self.marks)
        return doc


NAMES = tuple(name.name for name in fields(Position))


def position_from_json(doc: Mapping[str, object]) -> Position:
    values = {key: value for key, value in doc.items() if key in NAMES}
    for key in INSTANTS:
        if isinstance(text := values.get(key), str):
            values[key] = datetime.fromisoformat(text)
    marks = marks_of(values.pop("marks", []))
    return Position(**{"waiting": False, **values, "marks": marks})  # type: ignore[arg-type]


def marks_of(doc: object) -> tuple[Mark, ...]:
    """From JSON."""
    assert isinstance(doc, list)
    return tuple(Mark(datetime.fromisoformat(at), what, *rung) for at, what, *rung in doc)


def marks_to_json(marks: Iterable[Mark]) -> list[list[str | int]]:
    return [[mark.at.isoformat(), mark.what, *([] if mark.rung is None else [mark.rung])] for mark in marks]
