"""What a story's people are asked: handoffs and tasks, opened with their deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from nurture.authoring.stories.sales_desk import SalesDesk
from nurture.authoring.stories.sending import Held
from nurture.authoring.stories.words import NOBODY, OWNER, SLA
from nurture.domain.effects import Change, Result
from nurture.domain.facts import HandoffFact
from nurture.domain.position import marks_to_json
from nurture.domain.reasons import Reason, follows
from nurture.domain.replies import WHY, held_until
from nurture.domain.sla import passed_on, rung_at
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.handoff import Handoff
from nurture.domain.steps.step import Step
from nurture.domain.steps.task import Task
from nurture.domain.walk import Walk, left_open

if TYPE_CHECKING:
    from nurture.authoring.stories.journey import Journey
    from nurture.authoring.stories.playing import Play


def ask(play: Play, journey: Journey, step: Awaiting) -> Result | Held:
    """Opens what the step asks for; later in the same visit it goes to the next owner."""
    people = play.people = play.people or SalesDesk()
    if journey.position.nth:
        return _escalated(play, people, journey, step)
    until = held_until(play.campaign, play.rules.dictionary, play.facts)
    if isinstance(step, Task) and until:
        return Held(until, f"{step.name}: held, {WHY}")
    if isinstance(step, Handoff) and play.rules.sales.teams[step.team].shadow:
        return Result("skipped", play.now, "in the shadow")
    visit = journey.position.visit
    routed = people.give(play, step.name, visit, step.team)
    found = people.deadlines(play, step, visit)
    marks, people.due[step.name, visit] = found.marks, found.due
    play.lead.handoffs[step.name, visit] = HandoffFact("open", None, None, marks=marks)
    play.say(*(("task", step.name) if isinstance(step, Task) else ("handed", f"to {step.team}")))
    play.because += [f"{look.rule}: {look.said}" for look in routed.looks] if play.tells_owners else []
    tell_owner(play, people.owners[step.name, visit])
    why = step.why if isinstance(step, Handoff) else getattr(step, "text", "")
    detail = {"marks": marks_to_json(marks)}
    return Result(step.opened, play.now, why, detail)


def _escalated(play: Play, people: SalesDesk, journey: Journey, step: Awaiting) -> Result:
    """The next rung of the ladder."""
    position = journey.position
    name = people.team(play, step, position.visit)
    team = play.rules.sales.teams[name]
    rung = rung_at(team.promise, position.marks)
    play.say("notify", step.team)
    if rung.tell:
        return Result("escalated", play.now, f"nobody acted; {rung.tell} is told")
    before = people.owners.get((step.name, position.visit))
    owner = people.pass_on(play, step.name, position.visit, name, rung.to)
    tell_owner(play, owner)
    if owner is None or owner == before:
        return Result("escalated", play.now, "nobody acted")
    found = passed_on(team.promise, people.hours(play, owner), play.now, position.marks[1:])
    task = play.lead.handoffs[step.name, position.visit]
    people.restart((step.name, position.visit), found.due, play.now, acted=task.touched is not None)
    another = replace(task, clock=task.clock + 1, marks=found.marks)
    play.lead.handoffs[step.name, position.visit] = another
    detail = {"marks": marks_to_json(found.marks), "clock": another.clock}
    return Result("escalated", play.now, "nobody acted", detail)


def on_task(play: Play, says: str, to: str | None) -> None:
    """Somebody acts on the open handoff, or gives it to another person."""
    open_ones = [key for key, task in play.lead.handoffs.items() if task.state == "open"]
    if not open_ones or play.people is None:
        play.say("cannot", f"happen: sales {says}; no handoff is open")
        return
    _, visit = key = open_ones[-1]
    if to is None:
        first_act(play, key)
        return
    play.people.owners[key] = to.lower()
    if play.journey:
        play.journey.woken = True
    found = play.people.deadlines(play, step_of(play, key), visit)
    task = play.lead.handoffs[key]
    play.people.restart(key, found.due, play.now, acted=task.touched is not None)
    play.lead.handoffs[key] = replace(task, clock=task.clock + 1, marks=found.marks)
    tell_owner(play, to.lower())


def first_act(play: Play, key: tuple[str, int]) -> None:
    """Of a person: it stops the clock."""
    task = play.lead.handoffs[key]
    if task.touched is None and play.people:
        play.lead.handoffs[key] = replace(task, touched=play.now)
        if found := play.people.verdict(key, play.now):
            play.say(SLA, found)


def handed_on(play: Play, key: tuple[str, int]) -> None:
    """Whom a team has qualified goes on to the next, if the sales policy names one."""
    people, step = play.people, step_of(play, key)
    assert people is not None
    assert isinstance(step, Handoff)
    team = play.rules.sales.teams.get(people.team(play, step, key[1]))
    to = team.hand_on if team else None
    if to not in play.rules.sales.teams:
        return
    following = f"{step.name}+{to}", key[1]
    people.give(play, *following, str(to), only=to)
    found = people.deadlines(play, step_of(play, following), key[1])
    people.due[following] = found.due
    play.lead.handoffs[following] = HandoffFact("open", None, None, marks=found.marks)
    play.say("handed", f"to {to}")
    tell_owner(play, people.owners[following])


def step_of(play: Play, key: tuple[str, int]) -> Step:
    """Of a task; one that followed another has no step in the campaign."""
    team = key[0].rpartition("+")[2]
    return play.campaign.steps.get(key[0]) or Handoff(name=key[0], team=team, answered={})


def given_back(play: Play, key: tuple[str, int], reason: Reason, until: datetime | None) -> None:
    """What the sales policy says of the reason; the arm of the campaign stands for rest and campaign."""
    own = "rejected" in step_of(play, key).arms()
    found = follows(reason, play.now, play.lead.told.zone, until, own=own)
    if reason.score:
        play.lead.change(Change("score", reason.score, "sales"), play.now)
    play.lead.rests = found.rests_until or play.lead.rests
    if found.enters and found.at and play.people:
        play.people.returns.append((found.at, found.enters))


def tell_owner(play: Play, owner: str | None) -> None:
    if play.tells_owners:
        play.say(OWNER, owner or NOBODY)


def close_left(play: Play, journey: Journey, decided: Walk) -> None:
    """Before the decision is taken: an open task that it leaves behind can be answered no more. If its time
    was over and nobody has acted, the promise is missed."""
    was = journey.position
    key = was.step, was.visit
    task = journey.handoffs.get(key)
    if task and task.state == "open" and (state := left_open(was, decided)):
        journey.handoffs[key] = replace(task, state=state)
        if task.touched is None and play.people and play.people.left_alone(key, play.now):
            play.say(SLA, "missed")
