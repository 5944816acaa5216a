"""What is drawn, whatever it is drawn with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """How a box looks, by what happens there."""

    START = "start"
    MAIL = "mail"
    WAIT = "wait"
    CHOICE = "choice"
    CHANGE = "change"
    PEOPLE = "people"
    """Somebody has to do something."""
    END = "end"
    GOAL = "goal"
    RULE = "rule"


@dataclass(frozen=True)
class Box:
    id: str
    look: Look
    title: str
    text: str = ""
    section: str | None = None
    count: int | None = None
    """Leads who are here now."""


@dataclass(frozen=True)
class Line:
    start: str
    end: str
    words: str = ""
    anywhere: bool = False
    """Taken from whatever step a lead is at."""


@dataclass(frozen=True)
class Drawing:
    name: str
    title: str
    boxes: Sequence[Box]
    lines: Sequence[Line]
    sections: Sequence[str]
    notes: Mapping[str, str]
    """Outcomes under which a lead leaves from wherever she is, and when."""
