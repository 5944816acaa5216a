"""The funnel of a campaign, in numbers that add up to the rows they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Connection, case, distinct, func, select

from nurture.store.tables import campaigns, events, handoffs, journeys, sends, timeline

SENT = ("sent", "delivered", "complained")
WAITING = ("pending", "claimed", "inflight", "retry")
ANSWERED = ("accepted", "qualified", "rejected")


@dataclass
class Step:
    """One step that sends. mails = sent + bounced + unknown + waiting + not_sent."""

    step: str
    entered: int = 0
    """Journeys that came here, skipped or not."""
    mails: int = 0
    sent: int = 0
    bounced: int = 0
    unknown: int = 0
    waiting: int = 0
    not_sent: int = 0
    skipped: int = 0
    opened: int = 0
    """Mails that were opened, by people or machines."""
    clicked: int = 0
    """By people."""
    replied: int = 0
    unsubscribed: int = 0


@dataclass
class Tasks:
    """tasks = the sum of ``states``; the times are of those that were answered."""

    tasks: int = 0
    states: dict[str, int] = field(default_factory=dict)
    median_answer: timedelta | None = None
    nine_of_ten: timedelta | None = None


@dataclass
class Funnel:
    """One campaign, all its versions. enrolled = open + attention + the sum of ``outcomes``."""

    campaign: str
    enrolled: int = 0
    in_flight: int = 0
    attention: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    tasks: Tasks = field(default_factory=Tasks)


def names(conn: Connection) -> list[str]:
    """Of all campaigns that were ever published or entered."""
    entered = set(conn.scalars(select(journeys.c.campaign).distinct()))
    return sorted(entered | set(conn.scalars(select(campaigns.c.name))))


def funnel(conn: Connection, campaign: str, order: Iterable[str] = ()) -> Funnel:
    """``order``: step names as the file has them; others follow."""
    found = Funnel(campaign)
    _journeys(conn, found)
    steps = _steps(conn, campaign)
    place = {name: number for number, name in enumerate(order)}
    found.steps = sorted(steps.values(), key=lambda step: (place.get(step.step, len(place)), step.step))
    found.tasks = _tasks(conn, campaign)
    return found


def mails(conn: Connection) -> dict[str, int]:
    """Rows of the ledger by campaign; mail that belongs to none (reminders, digests) under an empty name."""
    rows = conn.execute(select(sends.c.campaign, func.count()).group_by(sends.c.campaign))
    return {row[0]: row[1] for row in rows}


def _journeys(conn: Connection, found: Funnel) -> None:
    parked = journeys.c.attention.is_not(None)
    rows = conn.execute(
        select(journeys.c.state, journeys.c.outcome, parked, func.count())
        .where(journeys.c.campaign == found.campaign)
        .group_by(journeys.c.state, journeys.c.outcome, parked)
    )
    for state, outcome, needs_attention, count in rows:
        found.enrolled += count
        if state != "open":
            name = outcome or "(none)"
            found.outcomes[name] = found.outcomes.get(name, 0) + count
        elif needs_attention:
            found.attention += count
        else:
            found.in_flight += count


def _steps(conn: Connection, campaign: str) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    rows = conn.execute(
        select(sends.c.step, sends.c.state, func.count())
        .where(sends.c.campaign == campaign)
        .group_by(sends.c.step, sends.c.state)
    )
    for name, state, count in rows:
        step = steps.setdefault(name, Step(name))
        step.mails += count
        place = _place(state)
        setattr(step, place, getattr(step, place) + count)
    for what, counts in _answers(conn, campaign).items():
        for name, count in counts.items():
            setattr(steps[name], what, count)
    for name, (entered, skipped) in _entered(conn, campaign).items():
        if name in steps:
            steps[name].entered, steps[name].skipped = entered, skipped
    return steps


def _place(state: str) -> str:
    if state in SENT:
        return "sent"
    if state in ("bounced", "unknown"):
        return state
    return "waiting" if state in WAITING else "not_sent"


def _answers(conn: Connection, campaign: str) -> Mapping[str, dict[str, int]]:
    """Mails, not events: two clicks on one mail are one."""

    def count(kind: str, *, people: bool) -> dict[str, int]:
        query = (
            select(sends.c.step, func.count(distinct(sends.c.id)))
            .join(events, events.c.send_id == sends.c.id)
            .where(sends.c.campaign == campaign, events.c.type == kind)
            .group_by(sends.c.step)
        )
        rows = conn.execute(query.where(events.c.verdict == "human") if people else query)
        return {row[0]: row[1] for row in rows}

    return {
        "opened": count("email.opened", people=False),
        "clicked": count("email.clicked", people=True),
        "replied": count("email.replied", people=True),
        "unsubscribed": count("email.unsubscribed", people=False),
    }


def _entered(conn: Connection, campaign: str) -> dict[str, tuple[int, int]]:
    """Step -> how many journeys came there, and how often it was skipped."""
    skipped = func.sum(case((timeline.c.kind == "skipped", 1), else_=0))
    rows = conn.execute(
        select(timeline.c.step, func.count(distinct(timeline.c.journey_id)), skipped)
        .join(journeys, journeys.c.id == timeline.c.journey_id)
        .where(journeys.c.campaign == campaign)
        .group_by(timeline.c.step)
    )
    return {step: (entered, int(times or 0)) for step, entered, times in rows}


def _tasks(conn: Connection, campaign: str) -> Tasks:
    found = Tasks()
    rows: Any = conn.execute(
        select(handoffs.c.state, handoffs.c.created_at, handoffs.c.answered_at)
        .join(journeys, journeys.c.id == handoffs.c.journey_id)
        .where(journeys.c.campaign == campaign, handoffs.c.kind == "handoff")
    )
    times: list[float] = []
    for state, created, answered in rows:
        found.tasks += 1
        found.states[state] = found.states.get(state, 0) + 1
        if state in ANSWERED and answered:
            times.append((answered - created).total_seconds())
    if times:
        found.median_answer = timedelta(seconds=round(median(times)))
        found.nine_of_ten = timedelta(seconds=round(_ninth(times)))
    return found


def _ninth(times: list[float]) -> float:
    return times[0] if len(times) == 1 else quantiles(times, n=10, method="inclusive")[-1]
