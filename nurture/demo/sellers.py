"""The simulated sales people: whether, when and how they answer a task, by the lead and the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Literal

from nurture.demo.acts import some_time_after
from nurture.domain.replies import TASK
from nurture.services.answer import Word

WRITES_BACK = 0.85
"""To whom has written to us: the share that is answered."""
WORDS: Mapping[str, float] = {"accepted": 0.42, "rejected": 0.3, "": 0.28}
"""Answer -> how often it is given; empty: the task is left alone until its time is up."""
QUALIFIED = 0.45
"""Of the accepted, who turns out to have budget, authority, need and timing."""
BANT = {"budget": "Approved for this year", "authority": "Decides", "need": "Plans by spreadsheet today",
        "timing": "Within the quarter"}  # fmt: skip
PROMPT, TARDY = 2.5, 14.0
"""Hours; the tardy ones answer after a reminder or an escalation."""


@dataclass(frozen=True)
class Task:
    """As the inbox lists it."""

    id: str
    lead: str
    """The address."""
    zone: str
    opened_at: datetime
    nth: int
    """Of this lead and kind, from 0."""
    kind: str = "handoff"


@dataclass(frozen=True)
class Reply:
    """To one task. ``word`` empty: none."""

    task: str
    at: datetime
    word: Word | Literal["done"]
    reason: str | None = None
    note: str = ""
    bant: Mapping[str, str] = field(default_factory=dict)


def decide(task: Task, reasons: Sequence[str], seed: int) -> list[Reply]:
    """The answers to come, in order of time."""
    if task.kind == TASK:
        return _write_back(task, seed)
    dice = Random(f"{seed}/sales/{task.lead}/{task.nth}")
    word = dice.choices(list(WORDS), list(WORDS.values()))[0]
    at = some_time_after(task.opened_at, dice.choice((PROMPT, PROMPT, TARDY)), task.zone, dice)
    if word == "rejected":
        return [Reply(task.id, at, "rejected", dice.choice(list(reasons)), "Called, and asked.")]
    if word != "accepted":
        return []
    replies = [Reply(task.id, at, "accepted", note="Called; a good talk.")]
    if dice.random() < QUALIFIED:
        later = some_time_after(at, 30, task.zone, dice)
        replies.append(Reply(task.id, later, "qualified", bant=BANT))
    return replies


def _write_back(task: Task, seed: int) -> list[Reply]:
    dice = Random(f"{seed}/reply/{task.lead}/{task.nth}")
    if dice.random() >= WRITES_BACK:
        return []
    at = some_time_after(task.opened_at, dice.choice((PROMPT, TARDY)), task.zone, dice)
    return [Reply(task.id, at, "done", note="Answered by mail.")]
