"""Names and messages that workflows, activities and clients share. Ids only: nothing here is about a
person."""

# No `from __future__ import annotations`: Temporal's converter asks for the types of a message each time it
# reads one, and would parse them anew.

from dataclasses import dataclass
from datetime import timedelta
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
Rest = Literal["hibernate", "in-run"]

JOURNEY = "Journey"
WAKE = "wake"
JOURNEYS_QUEUE = "nurture"
IN_RUN_AT_MOST = timedelta(minutes=10)
"""Longer waits hibernate: a build need not outlive them, and ids are not reused quickly."""

SEND_TIMEOUT = timedelta(minutes=15)
EFFECT_TIMEOUT = timedelta(minutes=2)
HEARTBEAT = timedelta(seconds=30)
TASK_TIMEOUT = timedelta(seconds=10)
"""Of one workflow task: how long a worker that died with one keeps its journey waiting."""


@dataclass
class Turn:
    """The decision of one turn of a journey: all that a sleeping lead keeps in Temporal."""

    journey: str
    turn: int
    step: str
    effect: Effect
    due: str
    """Machine time, ISO, UTC."""
    queue: str = ""
    """The task queue of the effect, where it is not the journey's own."""
    rest: Rest = "hibernate"


@dataclass
class Wake:
    """``turn``: the decision that the wake is about. ``due``: its time has come (a stepped clock, a
    person's retry)."""

    turn: int
    due: bool = False


def send_queue(provider: str) -> str:
    return f"send.{provider}"


def workflow_id(campaign: str, lead: str, entry: int) -> str:
    return f"journey:{campaign}:{lead}:{entry}"
