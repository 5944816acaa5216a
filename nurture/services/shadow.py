"""Handoffs in the shadow: scored, routed and explained, and nobody gets a task; whoever leads the team says
of each whether it would have been right."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from nurture.domain.effects import Result
from nurture.domain.steps.handoff import Handoff
from nurture.services.desk import Desk
from nurture.services.leads import resolve
from nurture.services.routing import explain
from nurture.services.why_now import context
from nurture.store.columns import new_id
from nurture.store.tables import shadows

SKIPPED = "skipped"
Verdict = Literal["yes", "no"]


def in_the_shadow(turn: Any, step: Handoff) -> bool:
    """``turn``: an opened turn."""
    team = turn.rules.sales.teams.get(step.team)
    return team is not None and team.shadow


def shade(conn: Connection, desk: Desk, turn: Any, step: Handoff) -> Result:
    """The journey goes on below the step, as if it were not there."""
    journey, lead = turn.journey, resolve(conn, turn.journey.lead_id)
    key = f"{journey.id}/{step.name}/{turn.position.visit}/handoff"
    given = explain(conn, desk, turn.rules, lead, step.team)
    who = given.member.name if given.member else f"the queue of {given.team}"
    if conn.execute(select(shadows.c.id).where(shadows.c.key == key)).first() is None:
        row = {"id": new_id(), "key": key, "lead_id": lead, "journey_id": journey.id, "team": given.team}
        told = {**context(conn, turn, step.why, step.say), "routed": given.to_json()}
        values = {"owner": given.user, "context": told, "created_at": turn.facts.now}
        conn.execute(insert(shadows).values(**row, **values))
    return Result(SKIPPED, turn.facts.now, f"in the shadow: it would have gone to {who}; {step.why}")


def judge(conn: Connection, desk: Desk, shadow: str, verdict: Verdict, by: str) -> bool:
    """``by``: who said it. A second word counts instead of the first. False: there is no such one."""
    values = {"verdict": verdict, "judged_by": by, "judged_at": desk.clock.now(conn)}
    return conn.execute(update(shadows).where(shadows.c.id == shadow).values(**values)).rowcount > 0
