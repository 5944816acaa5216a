"""Who takes the leads, how soon, and why they may refuse: ``policies/sales.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nurture.domain.calendars import PLAIN, Calendar
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.members import Member, load_member
from nurture.domain.position import Mark
from nurture.domain.stages import at_least

DUE, REMIND, ESCALATE, GIVE_UP = "1 business day", "4h", "8h", "3d"


AFTER_ANSWER = {
    "accepted": ("SAL", "SAL"),
    "qualified": ("SQL", "SQL"),
    "rejected": ("recycled", "opportunity"),
}
"""Answer -> the stage that follows, and the one from which a lead is left where they are."""


def stage_after(answer: str, stage: str) -> str | None:
    """The stage to which an answer of sales moves a lead; None: she stays where she is."""
    following, enough = AFTER_ANSWER[answer]
    return None if at_least(stage, enough) else following


@dataclass(frozen=True)
class Team:
    members: tuple[Member, ...]
    due: Duration
    """By when a task should be answered; shown, and what the inbox sorts by."""
    remind: Duration
    """Its owner is reminded."""
    escalate: Duration
    """It goes to another owner."""
    give_up: Duration
    """It expires, and the journey goes on with ``time_up``."""
    capacity: int | None = None
    """How many leads the team can take on a working day; forecasts are compared with it."""

    def due_at(self, at: datetime, zone: ZoneInfo, calendar: Calendar = PLAIN) -> datetime:
        return self.due.after(at, zone, calendar)

    def marks(self, at: datetime, zone: ZoneInfo, calendar: Calendar = PLAIN) -> tuple[Mark, ...]:
        """The deadlines of a task handed over ``at`` (UTC), in order of time."""
        spans = {"remind": self.remind, "escalate": self.escalate, "time_up": self.give_up}
        return tuple(Mark(span.after(at, zone, calendar), what) for what, span in spans.items())


@dataclass(frozen=True)
class SalesPolicy:
    teams: Mapping[str, Team] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why sales may reject a lead -> how the inbox says it."""


def load_sales(doc: Mapping[str, Any]) -> SalesPolicy:
    """From the document of a published policy, which the checker has passed."""
    return SalesPolicy(
        teams={name: _team(team) for name, team in doc.get("teams", {}).items()},
        reasons=dict(doc.get("reasons", {})),
    )


def _team(doc: Mapping[str, Any]) -> Team:
    return Team(
        members=tuple(load_member(member) for member in doc["members"]),
        due=parse_duration(doc.get("due", DUE)),
        remind=parse_duration(doc.get("remind", REMIND)),
        escalate=parse_duration(doc.get("escalate", ESCALATE)),
        give_up=parse_duration(doc.get("give_up", GIVE_UP)),
        capacity=doc.get("capacity"),
    )
