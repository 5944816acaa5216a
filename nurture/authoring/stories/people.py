"""What a story's people are asked: handoffs and tasks, opened with their deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nurture.domain.effects import Result
from nurture.domain.facts import HandoffFact
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.handoff import Handoff
from nurture.domain.steps.task import Task

if TYPE_CHECKING:
    from nurture.authoring.stories.playing import Journey, Play


def ask(play: Play, journey: Journey, step: Awaiting) -> Result:
    """Opens what the step asks for; later in the same visit it goes to the next owner."""
    if journey.position.nth:
        play.say("notify", step.team)
        return Result("escalated", play.now, "nobody answered")
    zone, calendar = play.lead.told.zone, play.rules.calendars.company
    team = play.rules.sales.teams[step.team]
    if isinstance(step, Task):
        marks = step.marks(team, play.now, zone, calendar)
    else:
        marks = tuple(sorted(team.marks(play.now, zone, calendar), key=lambda mark: mark.at))
    play.lead.handoffs[step.name, journey.position.visit] = HandoffFact("open", None, None)
    why = step.why if isinstance(step, Handoff) else getattr(step, "text", "")
    play.say(*(("task", step.name) if isinstance(step, Task) else ("handed", f"to {step.team}")))
    detail = {"marks": [[mark.at.isoformat(), mark.what] for mark in marks]}
    return Result(step.opened, play.now, why, detail)
