"""What a key of the campaign file may hold: the checker, the docs and the JSON Schema all read these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    NAME = "name"
    """A lower-case word with hyphens; of a step, section, outcome, rule or message."""
    TEXT = "text"
    CONDITION = "condition"
    """One CEL line or a block list of lines."""
    DURATION = "duration"
    WAIT = "wait"
    """``3d``, ``up to 14d``, ``to deal.renewal_date - 60d``, ``to next monday 09:00``,
    ``into afternoons``."""
    WINDOW = "window"
    """The name of a window in the dictionary, or ``any-time``."""
    CAP = "cap"
    """A map from ``day``, ``week`` or durations to the most messages in that time."""
    STEPS = "steps"
    """An arm: a block list of steps."""
    SECTION = "section"
    TEAM = "team"
    """A team of policies/sales.yaml."""
    MESSAGE = "message"
    """A template."""
    CAMPAIGN = "campaign"
    """Another campaign."""
    LABELS = "labels"
    """A map from names to texts."""
    SHARES = "shares"
    """A map from message names to percentages that add up to 100."""
    CHANGES = "changes"
    """A map from fields to values."""
    NAMES = "names"
    """One name or a list of names."""
    LISTS = "lists"
    """One list of the dictionary or several, with a minus to be taken off."""
    NOTICE = "notice"
    """A map: ``team`` or ``to``, ``text``, ``cc``."""
    WEBHOOK = "webhook"
    """A map: ``url`` and ``keep``."""
    STAGE = "stage"
    COUNT = "count"
    """A whole number, or ``6 times``."""
    POINTS = "points"
    """A whole number, negative too."""
    WORD = "word"
    """One of a fixed set of words."""
    WAYS = "ways"
    """The ways of a choose: a list of ``way``, ``when``, ``then``."""
    SHARED_WAYS = "shared ways"
    """The ways of a split: a list of ``way``, ``share``, ``then``."""
    SENDER = "sender"
    """``owner``, or a sender of the dictionary."""
    WINNER = "winner"
    """How a test ends: a map with ``by``, ``after``, ``tie`` and ``auto``."""


@dataclass(frozen=True)
class Key:
    kind: Kind
    help: str
    required: bool = False
    words: tuple[str, ...] = ()
    says: str | None = None
    """How people read it, with ``{}`` for the value: ``at most {} late``. Of an arm: ``if the time is up``.
    Empty: nothing is said of it."""


NAME_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
