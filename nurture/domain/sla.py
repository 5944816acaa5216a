"""The clock of a task: by when somebody must have acted, who is warned and who gets it next.

It runs in the calendar and zone of its owner, begins anew with each owner, and stops with the first act of a
person. A ladder that gives the task to somebody else goes on: its later rungs, and the end, stay where they
are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

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
    found = [Mark(promise.remind.after(at, hours.zone, hours.calendar), REMIND)]
    found += [Mark(rung.after.after(at, hours.zone, hours.calendar), ESCALATE) for rung in promise.ladder]
    end = Mark(promise.give_up.after(at, hours.zone, hours.calendar), TIME_UP)
    return Deadlines(promise.due.after(at, hours.zone, hours.calendar), _in_order(found, end))


def passed_on(promise: Promise, hours: Hours, at: datetime, left: tuple[Mark, ...]) -> Deadlines:
    """Of the next owner, whom the ladder gave the task: a time to act and a warning of their own. The rungs
    that are ``left`` stay where they are."""
    *rungs, end = (mark for mark in left if mark.what != REMIND)
    remind = Mark(promise.remind.after(at, hours.zone, hours.calendar), REMIND)
    first = rungs[0] if rungs else end
    found = [remind, *rungs] if remind.at < first.at else rungs
    return Deadlines(promise.due.after(at, hours.zone, hours.calendar), _in_order(found, end))


def rung_at(promise: Promise, left: tuple[Mark, ...]) -> Rung:
    """The rung that is reached when so many are left, with the one in hand."""
    still = sum(mark.what == ESCALATE for mark in left)
    index = max(0, len(promise.ladder) - still)
    return promise.ladder[index] if index < len(promise.ladder) else Rung(promise.give_up)


def verdict(due: datetime, acted: datetime, before: Verdict | None = None) -> Verdict:
    """``before``: of an earlier owner's clock; what was missed stays missed."""
    return "missed" if before == "missed" or acted > due else "met"


def _in_order(marks: list[Mark], end: Mark) -> tuple[Mark, ...]:
    """What would come after the end is left out."""
    before = (mark for mark in marks if mark.at < end.at)
    return (*sorted(before, key=lambda mark: (mark.at, ORDER[mark.what])), end)
