"""What a story's people are asked: handoffs and tasks, opened with their deadlines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nurture.authoring.stories.sales_desk import SalesDesk
from nurture.authoring.stories.words import NOBODY, OWNER
from nurture.domain.effects import Result
from nurture.domain.facts import HandoffFact
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.handoff import Handoff
from nurture.domain.steps.task import Task
from nurture.domain.walk import Walk, left_open

if TYPE_CHECKING:
    from nurture.authoring.stories.journey import Journey
    from nurture.authoring.stories.playing import Play


def ask(play: Play, journey: Journey, step: Awaiting) -> Result:
    """Opens what the step asks for; later in the same visit it goes to the next owner."""
    people = play.people = play.people or SalesDesk()
    visit = journey.position.visit
    if journey.position.nth:
        play.say("notify", step.team)
        _tell(play, people.pass_on(play, step.name, visit, step.team))
        return Result("escalated", play.now, "nobody answered")
    zone, calendar = play.lead.told.zone, play.rules.calendars.company
    team = play.rules.sales.teams[step.team]
    if isinstance(step, Task):
        marks = step.marks(team, play.now, zone, calendar)
    else:
        marks = tuple(sorted(team.marks(play.now, zone, calendar), key=lambda mark: mark.at))
    play.lead.handoffs[step.name, visit] = HandoffFact("open", None, None)
    why = step.why if isinstance(step, Handoff) else getattr(step, "text", "")
    routed = people.give(play, step.name, visit, step.team)
    play.say(*(("task", step.name) if isinstance(step, Task) else ("handed", f"to {step.team}")))
    play.because += [f"{look.rule}: {look.said}" for look in routed.looks] if play.tells_owners else []
    _tell(play, people.owners[step.name, visit])
    detail = {"marks": [[mark.at.isoformat(), mark.what] for mark in marks]}
    return Result(step.opened, play.now, why, detail)


def _tell(play: Play, owner: str | None) -> None:
    if play.tells_owners:
        play.say(OWNER, owner or NOBODY)


def close_left(journey: Journey, decided: Walk) -> None:
    """Before the decision is taken: an open task that it leaves behind can be answered no more."""
    was = journey.position
    task = journey.handoffs.get((was.step, was.visit))
    if task and task.state == "open" and (state := left_open(was, decided)):
        journey.handoffs[was.step, was.visit] = replace(task, state=state)
