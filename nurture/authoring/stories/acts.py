"""What the words of a tale do to its lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from nurture.authoring.stories.choosing import chosen
from nurture.authoring.stories.items import SCORE, value_of
from nurture.authoring.stories.opting_in import opts_in
from nurture.authoring.stories.people import first_act, given_back, handed_on, on_task, step_of
from nurture.authoring.stories.playing import Play
from nurture.authoring.stories.story import Item
from nurture.authoring.stories.words import (
    ELSEWHERE,
    FREE,
    GIVEN_BACK,
    GONE,
    OF_TASKS,
    ON_TASKS,
    PREFERS,
    RETURNED,
    TAKEN_OUT,
    TOUCHES,
    WITH_SALES,
)
from nurture.domain.bant import FIELDS, INFERRED, Said
from nurture.domain.caps import Message
from nurture.domain.date_fields import at_home
from nurture.domain.gone import stands
from nurture.domain.opt_in import UNSUBSCRIBED
from nurture.domain.own_events import BOOKED
from nurture.domain.preferences import CHANGED
from nurture.domain.replies import GO_ON, TASK, held_until, on_reply
from nurture.domain.sales import ANSWERED_FROM, stage_after
from nurture.domain.stages import STAGES
from nurture.domain.steps.handoff import Handoff
from nurture.domain.steps.send import Send
from nurture.domain.steps.task import Task
from nurture.domain.waking import EVERYBODY
from nurture.domain.walk import Pending

BANT_OF = {name: item for item, name in FIELDS.items()}


def act(play: Play, item: Item) -> None:
    """Does it, and lets the journey look. Words that only expect something do nothing.

    Who enters is not looked at: nothing has happened since her first decision."""
    if (does := ACTS.get(item.word)) is None:
        return
    does(play, *item.args)
    if does is not _enters:
        play.look()


def _enters(play: Play, record: str = "") -> None:
    for key in [record] if record else play.door.keys():
        play.enter(key)


def _does(play: Play, happening: str, record: str = "") -> None:
    _stage(play, play.lead.happening(happening, play.now, record))
    if play.lead.dictionary.happenings[happening].event == BOOKED:
        waiting = _waiting(play, "accepted", Handoff, None)
        if waiting and play.people and play.people.owners.get(waiting[-1]):
            _sales(play, "accepted")


def _touches(word: str) -> Callable[..., None]:
    def touch(play: Play, step: str, detail: str = "") -> None:
        play.take_up_with(step)
        send = play.lead.sends.get(step)
        if send is None or send.state == "skipped":
            play.say("cannot", f"happen: {word} {step}; she has not got it")
            return
        if word == "answers" and send.answers and send.answers[-1][1] == detail:
            return  # the same answer again is no news
        play.lead.touch(step, word, play.now, detail)
        if word == "answers":
            opts_in(play, step, detail)
        data = _data(play, word, step, detail)
        _stage(play, play.lead.event(TOUCHES[word], play.now, data))
        if word == "bounces":
            play.lead.gone = stands(play.lead.gone, "bounced")
        if word == "replies":
            _wrote_back(play)

    return touch


def _data(play: Play, word: str, step: str, detail: str) -> Mapping[str, object]:
    """As the event of the engine has it."""
    if word == "replies":  # what programs send in does not know our steps
        return {}
    if word == "bounces":
        return {"step": step}
    sent = play.campaign.steps[step]
    drawn = play.journey.position.drawn.get(step) if play.journey else None
    message = drawn or (sent.message if isinstance(sent, Send) else step)
    return {"step": step, "message": message, **({"answer": detail} if word == "answers" else {})}


def _wrote_back(play: Play) -> None:
    """It holds journeys that are on their way, and asks somebody once to answer."""
    rules, holds = play.rules, on_reply(play.campaign, play.rules.dictionary) != GO_ON
    if not holds or not any(journey.open for journey in play.journeys):
        return
    if rules.sales.teams and held_until(play.campaign, rules.dictionary, play.facts) is None:
        play.say("task", TASK)
    play.lead.replied = play.now


def _becomes(play: Play, state: str, value: str | None = None) -> None:
    lead, fields = play.lead, play.rules.dictionary.fields
    if state == SCORE:
        _stage(play, lead.set_score(int(value or 0), play.now))
    elif state in GONE:
        _goes(play, state)
    elif state in (WITH_SALES, FREE):
        lead.with_sales = state == WITH_SALES
        if state == FREE:
            _due_again(play)
    elif state in TAKEN_OUT:
        before, lead.gone = lead.gone, state
        lead.news.add(EVERYBODY)
        play.look()
        lead.gone = before
    elif state in STAGES:
        before = lead.stage
        told = {"stage": state, "from": before}
        if not lead.dictionary.lifecycle.allows(before, state):
            lead.event("stage.refused", play.now, told)
            return
        lead.stage = state
        lead.event("stage.changed", play.now, told)
        if f"lead.{state}" in fields and fields[f"lead.{state}"] == "yes/no":
            lead.fields[f"lead.{state}"] = True
            lead.hear("lead.changed", {"fields": [f"lead.{state}"]})
    else:
        _gets_value(play, state, value)


def _gets_value(play: Play, state: str, value: str | None) -> None:
    lead = play.lead
    new = value_of(play.rules.dictionary.fields[state], value)
    assert new is not None
    new = at_home(new, lead.told.zone) if isinstance(new, datetime) else new
    if lead.fields.get(state) == new:
        return  # the same value again is no news
    if item := BANT_OF.get(state):
        lead.tell([Said(item, str(new), INFERRED, play.now)], play.now)
        return
    lead.fields[state] = new
    lead.event("lead.changed", play.now, {"fields": [state]})


def _goes(play: Play, state: str) -> None:
    """The weightier reason stays. Nobody unsubscribes twice, or after a complaint."""
    lead = play.lead
    stays = stands(lead.gone, state)
    back = [journey for journey in play.journeys if journey.open and journey.asks_again]
    for journey in back:
        journey.asks_again = False
    if back or stays != lead.gone or state != UNSUBSCRIBED:
        lead.event(f"email.{state}", play.now, {})
        lead.news.add(EVERYBODY)
    lead.gone = stays


def _sales(play: Play, says: str, which: str | None = None) -> None:
    """``which``: the task that is done or skipped, the reason of another answer."""
    if says in OF_TASKS and which == TASK:
        _answered(play, says)
        return
    if says in ON_TASKS:
        on_task(play, says, which)
        return
    kind = Task if says in OF_TASKS else Handoff
    waiting = _waiting(play, says, kind, which)
    if not waiting:
        play.say("cannot", f"happen: sales {says}; no {'task' if kind is Task else 'handoff'} is open")
        return
    key = waiting[-1]
    first_act(play, key)
    task = play.lead.handoffs[key]
    if play.journey and task.state == "open":
        play.journey.woken = True
    reason = which if kind is Handoff and says != RETURNED else None
    answered = {"answer": says, "step": key[0], "team": getattr(step_of(play, key), "team", "")}
    answered |= {"reason": reason} if reason else {}
    _stage(play, play.lead.own("task.answered" if kind is Task else "handoff.answered", play.now, answered))
    play.lead.handoffs[key] = replace(task, state=says, reason=reason, answered_at=play.now)
    found = play.rules.sales.after(says, reason)
    stage = stage_after(says, play.lead.stage, found) if kind is Handoff else None
    if stage and play.lead.reach(stage, play.now):
        _stage(play, stage)
    if kind is Handoff and says in GIVEN_BACK:
        day = value_of("date", which) if says == RETURNED else None
        until = at_home(day, play.lead.told.zone) if isinstance(day, datetime) else None
        given_back(play, key, found, until)
    if says == "qualified":
        handed_on(play, key)
    if play.people and kind is Handoff and says not in GIVEN_BACK:
        play.people.has = play.people.owners.get(key)


def _waiting(play: Play, says: str, kind: type[Handoff | Task], which: str | None) -> list[tuple[str, int]]:
    """What the answer can be given to, last what it is given to: an open one before one that was accepted."""
    found = [
        key
        for key, task in play.lead.handoffs.items()
        if task.state in ANSWERED_FROM.get(says, ("open",))
        and isinstance(step_of(play, key), kind)
        and (kind is Handoff or which in (None, key[0]))
    ]
    return sorted(found, key=lambda key: play.lead.handoffs[key].state == "open")


def _answered(play: Play, says: str) -> None:
    """Somebody has answered her reply: what was held is due."""
    if play.lead.replied is None:
        play.say("cannot", f"happen: sales {says}; she has not written back")
        return
    play.lead.replied = None
    _stage(play, play.lead.own("task.answered", play.now, {"answer": says}))
    _due_again(play)


def _due_again(play: Play) -> None:
    """What was held goes on."""
    for journey in play.journeys:
        held = journey.in_peace or journey.position.planned <= play.now
        if journey.pending.effect in ("send_message", "create_task") and held:
            journey.pending = Pending(journey.pending.effect, play.now)


def _stops(play: Play) -> None:
    """She writes STOP to a text message."""
    play.lead.no_sms = True
    _stage(play, play.lead.event("sms.replied", play.now, {"text": "STOP"}))


def _prefers(play: Play, what: str, which: str = "") -> None:
    """What was held for a pause, or for want of room, looks again."""
    lead = play.lead
    lead.wishes = chosen(lead.wishes, what, which, play.now, lead.told.zone)
    _stage(play, lead.event(CHANGED, play.now, {}))
    _due_again(play)


def _consents(play: Play, basis: str) -> None:
    play.lead.consents(basis, play.now)


def _scanner(_play: Play, _what: str, _step: str) -> None:
    """A machine is recorded and judged; nothing that conditions look at changes."""


def _decided(play: Play, step: str, way: str) -> None:
    if (won := play.lead.winners.get(step)) is not None:
        play.say("cannot", f"happen: decided {step}; {won} has won already")
        return
    play.lead.winners[step] = way


def _elsewhere(play: Play, campaign: str) -> None:
    play.rivals = [one for one in play.rivals if (one.campaign, one.due) != (campaign, play.now)]
    play.mails.append(Message(play.now))


def _created(play: Play) -> None:
    """Nothing yet, but that the lifecycle may have a stage for her."""
    play.lead.hear("lead.created")


def _stage(play: Play, stage: str | None) -> None:
    if stage is not None:
        play.say("stage", stage)


ACTS: Mapping[str, Callable[..., None]] = {
    "created": _created,
    "enters": _enters,
    "does": _does,
    **{word: _touches(word) for word in TOUCHES},
    "becomes": _becomes,
    "sales": _sales,
    "scanner": _scanner,
    "stops": _stops,
    PREFERS: _prefers,
    "consents": _consents,
    "decided": _decided,
    ELSEWHERE: _elsewhere,
}
