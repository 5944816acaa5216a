"""The sales people of a story: who gets the lead, by the rules of routing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from nurture.domain.routing import Handover, Routed, Standing, in_turn, route
from nurture.domain.routing_policy import LEAD_OWNER
from nurture.domain.sla import NEXT, Deadlines, Hours, Verdict, hours_of, verdict
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.step import Step
from nurture.domain.steps.task import Task

if TYPE_CHECKING:
    from nurture.authoring.stories.playing import Play


Key = tuple[str, int]
"""Of a task: its step and visit."""


@dataclass
class SalesDesk:
    asked: dict[str, int] = field(default_factory=dict)
    """Address -> the count of the round robin when they were asked last."""
    owners: dict[Key, str | None] = field(default_factory=dict)
    """The address of whose task it is; None: it waits in the queue."""
    due: dict[Key, datetime] = field(default_factory=dict)
    """By when somebody must have acted."""
    missed: set[Key] = field(default_factory=set)
    has: str | None = None
    """The address of who has the lead: who accepted or qualified it."""
    returns: list[tuple[datetime, str]] = field(default_factory=list)
    """When she comes into which campaign again."""

    def give(self, play: Play, step: str, visit: int, team: str, *, only: str | None = None) -> Routed:
        """``only``: nobody of another team."""
        rules, told = play.rules, play.lead.told
        people = [one for one in self.standing(play, play.now) if only in (None, one.team)]
        knowing = {**told.knowing, LEAD_OWNER: self.has} if self.has else told.knowing
        given = Handover(team, play.facts, knowing)
        found = route(rules.routing, rules.conditions, people, given)
        self._take(step, visit, found.owner)
        return found

    def pass_on(self, play: Play, step: str, visit: int, team: str, to: str = NEXT) -> str | None:
        """``to`` somebody, or the next of the team: the address."""
        people = list(self.standing(play, play.now))
        named = next((one for one in people if one.email == to.lower()), None)
        following = named or in_turn(people, team, self.owners.get((step, visit)))
        if following:
            self._take(step, visit, following)
        return following.email if following else None

    def deadlines(self, play: Play, step: Step, visit: int) -> Deadlines:
        """Of what is its owner's from now."""
        assert isinstance(step, Awaiting)
        owner, rules = self.owners[step.name, visit], play.rules
        team = rules.sales.teams[self.team(play, step, visit)]
        if isinstance(step, Task):
            hours = self.hours(play, owner)
            marks = step.marks(team, play.now, hours.zone, hours.calendar)
            return Deadlines(marks[-1].at, marks)
        member = rules.sales.member(owner)
        return team.deadlines(member, rules.dictionary.company_zone, rules.calendars, play.now)

    def back(self, by: datetime) -> tuple[datetime, str] | None:
        """The next campaign that she comes into by then."""
        due = min(self.returns, default=None)
        if due is None or due[0] > by:
            return None
        self.returns.remove(due)
        return due

    def restart(self, key: Key, due: datetime, now: datetime, *, acted: bool) -> None:
        """The clock of another owner; what the one before has missed stays missed."""
        if not acted and key in self.due and verdict(self.due[key], now) == "missed":
            self.missed.add(key)
        self.due[key] = due

    def verdict(self, key: Key, acted: datetime) -> Verdict | None:
        """None: nothing was promised, as it waits in the queue."""
        if self.owners.get(key) is None:
            return None
        return "missed" if key in self.missed else verdict(self.due[key], acted)

    def left_alone(self, key: Key, now: datetime) -> bool:
        """Whether the promise is missed where nobody has acted until the task was closed."""
        return self.owners.get(key) is not None and (key in self.missed or self.due[key] <= now)

    def team(self, play: Play, step: Awaiting, visit: int) -> str:
        """Its owner's; while it waits in the queue, the one that it was handed to."""
        owner, teams = self.owners.get((step.name, visit)), play.rules.sales.teams
        return next((name for name, team in teams.items() if team.named(owner)), step.team)

    def hours(self, play: Play, owner: str | None) -> Hours:
        rules = play.rules
        return hours_of(rules.sales.member(owner), rules.dictionary.company_zone, rules.calendars)

    def standing(self, play: Play, now: datetime) -> Iterator[Standing]:
        rules = play.rules
        zone = rules.dictionary.company_zone
        for team, spec in rules.sales.teams.items():
            for member in spec.members:
                yield Standing(
                    member,
                    team,
                    self.asked.get(member.email, 0),
                    play.lead.told.busy.get(member.email, 0),
                    member.away_on(now, zone),
                    member.at_work(now, zone, rules.calendars),
                )

    def _take(self, step: str, visit: int, owner: Standing | None) -> None:
        self.owners[step, visit] = owner.email if owner else None
        if owner:
            self.asked[owner.email] = max(self.asked.values(), default=0) + 1
