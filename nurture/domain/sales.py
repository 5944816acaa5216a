"""Who takes the leads, how soon, and why they may refuse: ``policies/sales.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nurture.domain.calendars import Calendars
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.members import Member, load_member
from nurture.domain.position import Mark
from nurture.domain.reasons import RETURNED, Reason, load_reasons
from nurture.domain.sla import NEXT, TIME_UP, Deadlines, Promise, Rung, deadlines, hours_of
from nurture.domain.stages import at_least

DUE, REMIND, ESCALATE, GIVE_UP = "1 business day", "4h", "8h", "3d"
QUEUE_FOR = Duration(30, "days")
SHADOW, LIVE = "shadow", "live"


AFTER_ANSWER = {
    "accepted": ("SAL", "SAL"),
    "qualified": ("SQL", "SQL"),
    "rejected": ("recycled", "opportunity"),
    "returned": ("recycled", "opportunity"),
}
"""Answer -> the stage that follows, and the one from which a lead is left where they are."""


ANSWERED_FROM: Mapping[str, tuple[str, ...]] = {
    "accepted": ("open",),
    "qualified": ("open", "accepted"),
    "rejected": ("open",),
    "returned": ("open",),
}
"""Answer -> the states in which it can be given. Who has accepted learns later whether there is a deal."""


def stage_after(answer: str, stage: str, given_back: Reason | None = None) -> str | None:
    """The stage to which an answer of sales moves a lead; None: she stays where she is."""
    following, enough = AFTER_ANSWER[answer]
    if given_back and answer in ("rejected", RETURNED):
        following = given_back.stage
    return None if at_least(stage, enough) else following


@dataclass(frozen=True)
class Team:
    members: tuple[Member, ...]
    promise: Promise
    capacity: int | None = None
    """How many leads the team can take on a working day; forecasts are compared with it."""
    queue_for: Duration = QUEUE_FOR
    """How long a lead waits at most for somebody who can take it."""
    head: str | None = None
    """Address of whoever leads the team."""
    shadow: bool = False
    """Whether its handoffs are only told, and nobody gets a task."""
    hand_on: str | None = None
    """The team that gets a lead whom this one has qualified."""

    @property
    def due(self) -> Duration:
        return self.promise.due

    @property
    def give_up(self) -> Duration:
        return self.promise.give_up

    def named(self, email: str | None) -> Member | None:
        return next((member for member in self.members if member.email == email), None)

    def deadlines(
        self, owner: Member | None, company: ZoneInfo, calendars: Calendars, at: datetime
    ) -> Deadlines:
        """Of a task that is ``owner``'s from ``at`` (UTC) on; nobody's waits in the queue."""
        hours = hours_of(owner, company, calendars)
        if owner is None:
            end = self.queue_for.after(at, hours.zone, hours.calendar)
            return Deadlines(end, (Mark(end, TIME_UP),))
        return deadlines(self.promise, hours, at)


@dataclass(frozen=True)
class SalesPolicy:
    teams: Mapping[str, Team] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why sales may reject a lead -> how the inbox says it."""
    following: Mapping[str, Reason] = field(default_factory=dict)
    """The same reasons -> what follows; also of ``returned``."""
    company: bool = False
    """Whether colleagues are left in peace too while sales has a lead."""
    may_start: tuple[str, ...] = ()
    """Campaigns that a person of sales may start for a lead, in their own name."""
    digest: bool = True
    """Whether everybody hears in the morning what waits for them."""

    def after(self, answer: str, reason: str | None) -> Reason:
        """What follows a rejection, or a lead that is given back for a time."""
        return self.following.get(RETURNED if answer == RETURNED else reason or "", Reason())

    def member(self, email: str | None) -> Member | None:
        """Of any team."""
        found = (team.named(email) for team in self.teams.values())
        return next((member for member in found if member), None)


def load_sales(doc: Mapping[str, Any]) -> SalesPolicy:
    """From the document of a published policy, which the checker has passed."""
    reasons = load_reasons(doc.get("reasons", {}))
    return SalesPolicy(
        teams={name: _team(team) for name, team in doc.get("teams", {}).items()},
        reasons={name: one.says for name, one in reasons.items()},
        following={**reasons, **load_reasons({RETURNED: doc[RETURNED]} if RETURNED in doc else {})},
        company=bool(doc.get("company")),
        may_start=tuple(doc.get("may_start", ())),
        digest=bool(doc.get("digest", True)),
    )


def _team(doc: Mapping[str, Any]) -> Team:
    promise = Promise(
        due=parse_duration(doc.get("due", DUE)),
        remind=parse_duration(doc.get("remind", REMIND)),
        ladder=ladder_of(doc.get("escalate", ESCALATE)),
        give_up=parse_duration(doc.get("give_up", GIVE_UP)),
    )
    return Team(
        members=tuple(load_member(member) for member in doc["members"]),
        promise=promise,
        capacity=doc.get("capacity"),
        queue_for=parse_duration(doc["queue_for"]) if "queue_for" in doc else QUEUE_FOR,
        hand_on=doc.get("hand_on"),
        head=str(doc["head"]).lower() if "head" in doc else None,
        shadow=doc.get("handoff") == SHADOW,
    )


def ladder_of(doc: str | Sequence[Mapping[str, str]]) -> tuple[Rung, ...]:
    """A duration: then the next of the team has it; or the rungs, one by one."""
    if isinstance(doc, str):
        return (Rung(parse_duration(doc)),)
    return tuple(Rung(parse_duration(one["after"]), one.get("to", NEXT), one.get("tell")) for one in doc)
