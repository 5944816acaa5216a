"""The effects that need nothing outside: each is one transaction."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from nurture.contract import Turn
from nurture.domain.effects import Result
from nurture.domain.replies import TASK, WHY, held_until
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.do import Do
from nurture.domain.steps.handoff import Handoff
from nurture.domain.steps.step import Step
from nurture.domain.steps.task import Task
from nurture.services.desk import Desk
from nurture.services.enough import Held
from nurture.services.escalating import escalate
from nurture.services.gates import paused
from nurture.services.handoffs import open_task, remind
from nurture.services.tasks import create
from nurture.services.turns import Opened, hold, open_turn, record, stands


def check(conn: Connection, desk: Desk, turn: Turn) -> Turn:
    """Looks at what has happened; walks on if that changes anything, else what was decided stands."""
    current = open_turn(conn, desk, turn)
    if isinstance(current, Turn):
        return current
    decided = current.walk()
    if decided.outcome is None and paused(conn, current):
        return hold(conn, desk, current, current.journey.due, "paused")
    if decided.moved or current.journey.effect == "check_engagement":
        return record(conn, desk, current, decided)
    return stands(conn, desk, current)


def hand_off(conn: Connection, desk: Desk, turn: Turn) -> Turn:
    """Opens the task of this step; later in the same visit, gives it to the next owner."""

    def act(current: Opened, step: Step) -> Result | None:
        if not isinstance(step, Handoff):
            return None
        if current.position.nth == 0:
            return open_task(conn, desk, current, step)
        return escalate(conn, desk, current, step)

    return _effect(conn, desk, turn, act)


def create_task(conn: Connection, desk: Desk, turn: Turn) -> Turn:
    """Opens the task of this step, unless somebody has written back and is to be answered first."""

    def act(current: Opened, step: Step) -> Result | Held | None:
        if not isinstance(step, Task):
            return None
        if until := held_until(current.published.campaign, current.rules.dictionary, current.facts):
            return Held(until, TASK, WHY)
        return create(conn, desk, current, step)

    return _effect(conn, desk, turn, act)


def notify(conn: Connection, desk: Desk, turn: Turn) -> Turn:
    """Reminds the owner of an open handoff or task, or carries out a ``do`` that tells our own people."""

    def act(current: Opened, step: Step) -> Result | None:
        if isinstance(step, Do):
            return Result("done", current.facts.now)
        return remind(conn, desk, current, step) if isinstance(step, Awaiting) else None

    return _effect(conn, desk, turn, act)


def update_crm(conn: Connection, desk: Desk, turn: Turn) -> Turn:
    """Carries out a ``do``; what the CRM must hear goes into the outbox in the same transaction."""

    def act(current: Opened, step: Step) -> Result | None:
        return Result("done", current.facts.now) if isinstance(step, Do) else None

    return _effect(conn, desk, turn, act)


def _effect(
    conn: Connection, desk: Desk, turn: Turn, act: Callable[[Opened, Step], Result | Held | None]
) -> Turn:
    current = open_turn(conn, desk, turn)
    if isinstance(current, Turn):
        return current
    decided = current.walk()
    if decided.moved:
        return record(conn, desk, current, decided)
    if paused(conn, current):
        return hold(conn, desk, current, current.journey.due, "paused")
    if current.journey.effect != turn.effect:
        return stands(conn, desk, current)
    result = act(current, current.published.campaign.steps[current.position.step])
    if result is None:
        return stands(conn, desk, current)
    if isinstance(result, Held):
        return hold(conn, desk, current, result.until, result.name, result.why)
    desk.reached(f"{turn.effect}/acted")
    return record(conn, desk, current, current.walk(result))
