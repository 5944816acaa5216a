"""The clock of a task: by when somebody must have acted, who is warned and who gets it next.

It runs in the calendar and zone of its owner, begins anew with each owner, and stops with the first act of a
person. A ladder that gives the task to somebody else goes on: its later rungs, and the end, stay where they
are. Its rungs are climbed as they are written, also where one's hours would end before those of the rung
before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from nurture.domain.business_time import next_open
from nurture.domain.calendars import Calendar, Calendars
from nurture.domain.durations import Duration
from nurture.domain.members import Member
from nurture.domain.position import Mark

Verdict = Literal["met", "missed"]
NEXT = "next"
"""The next of the team."""
REMIND, ESCALATE, TIME_UP = "remind", "escalate", "time_up"
ORDER = {REMIND: 0, ESCALATE: 1, TIME_UP: 2}
WARNINGS = (REMIND, ESCALATE)
"""Marks that somebody's act makes needless."""


@dataclass(frozen=True)
class Rung:
    """One rung of the ladder: ``after`` the handing over, the task goes ``to`` somebody, or they are told."""

    after: Duration
    to: str = NEXT
    """An address, or the next of the team."""
    tell: str | None = None
    """An address: only told; the owner stays."""


@dataclass(frozen=True)
class Hours:
    """Whose hours count."""

    zone: ZoneInfo
    calendar: Calendar

    def after(self, at: datetime, length: Duration) -> datetime:
        """Business days are counted from where work begins: whoever gets a task at night or at the weekend
        has their first day whole."""
        begins = next_open(at, self.zone, self.calendar) if length.unit == "business days" else at
        return length.after(begins, self.zone, self.calendar)


@dataclass(frozen=True)
class Promise:
    """What a team promises."""

    due: Duration
    """By then somebody must have acted."""
    remind: Duration
    ladder: tuple[Rung, ...]
    give_up: Duration


@dataclass(frozen=True)
class Deadlines:
    due: datetime
    marks: tuple[Mark, ...]
    """In order of time; the last one is when the journey goes on by itself."""


def hours_of(member: Member | None, company: ZoneInfo, calendars: Calendars) -> Hours:
    """Of nobody: the company's."""
    if member is None:
        return Hours(company, calendars.company)
    return Hours(member.clock(company), member.calendar(calendars))


def deadlines(promise: Promise, hours: Hours, at: datetime) -> Deadlines:
    """Of a clock that begins ``at`` (UTC) for its first owner, or one to whom a person gave the task."""
    found = [Mark(hours.after(at, promise.remind), REMIND), *_rungs(promise, hours, at)]
    end = Mark(hours.after(at, promise.give_up), TIME_UP)
    return Deadlines(hours.after(at, promise.due), _in_order(found, end))


def _rungs(promise: Promise, hours: Hours, at: datetime) -> Iterator[Mark]:
    reached = at
    for number, rung in enumerate(promise.ladder):
        reached = max(reached, hours.after(at, rung.after))
        yield Mark(reached, ESCALATE, number)


def passed_on(promise: Promise, hours: Hours, at: datetime, left: tuple[Mark, ...]) -> Deadlines:
    """Of the next owner, whom the ladder gave the task: a time to act and a warning of their own. The rungs
    that are ``left`` stay where they are."""
    *rungs, end = (mark for mark in left if mark.what != REMIND)
    remind = Mark(hours.after(at, promise.remind), REMIND)
    first = rungs[0] if rungs else end
    found = [remind, *rungs] if remind.at < first.at else rungs
    return Deadlines(hours.after(at, promise.due), _in_order(found, end))


def rung_at(promise: Promise, left: tuple[Mark, ...]) -> Rung:
    """The rung in hand, the first of those that are ``left``."""
    index = left[0].rung if left else None
    if index is None:  # a task from before rungs were numbered
        index = max(0, len(promise.ladder) - sum(mark.what == ESCALATE for mark in left))
    return promise.ladder[index] if index < len(promise.ladder) else Rung(promise.give_up)


def verdict(due: datetime, acted: datetime, before: Verdict | None = None) -> Verdict:
    """``before``: of an earlier owner's clock; what was missed stays missed."""
    return "missed" if before == "missed" or acted > due else "met"


def _in_order(marks: list[Mark], end: Mark) -> tuple[Mark, ...]:
    """What would come after the end is left out."""
    before = (mark for mark in marks if mark.at < end.at)
    return (*sorted(before, key=lambda mark: (mark.at, ORDER[mark.what])), end)
