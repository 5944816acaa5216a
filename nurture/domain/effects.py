"""The closed list of what a journey asks the engine to do, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Effect = Literal[
    "send_message",
    "check_engagement",
    "update_crm",
    "hand_off",
    "create_task",
    "notify",
    "call_webhook",
    "ended",
]


@dataclass(frozen=True)
class Result:
    """What an effect did. ``what`` is its verb in the past tense: sent, skipped, bounced, deferred,
    unknown, handed."""

    what: str
    at: datetime
    reason: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line of a lead's timeline: what happened at which step, with the reason and what it saw."""

    kind: str
    step: str
    reason: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


ARM = "arm"
"""The change that writes down which way of a test a lead has."""


@dataclass(frozen=True)
class Change:
    """What an action of a ``do`` wants written: ``set``, ``tag``, ``stage`` or ``score``, with its value. Or
    ``arm``: the way of a test."""

    action: str
    value: object
    step: str
