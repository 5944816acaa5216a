"""The walk: from where a journey is, through all that follows at once, to the next thing to do and when.

Simulation, stories and the live engine walk this same code. It reads no clock and no database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from nurture.domain.campaign import Campaign
from nurture.domain.chance import HOLDOUT, held_out
from nurture.domain.conditions import Asks, Condition
from nurture.domain.dictionary import Dictionary
from nurture.domain.effects import Change, Effect, Line, Result
from nurture.domain.facts import Facts
from nurture.domain.outcomes import NOT_AUDIENCE
from nurture.domain.position import Position
from nurture.domain.replacing import replaced
from nurture.domain.steps.step import End, Go, Move, Park, Rest, Stay, Step
from nurture.domain.walker import Walker, acting, leaving, unmet

AUDIENCE = "audience"
"""The kind of a condition that moves a journey by no longer holding."""
DAILY = timedelta(days=1)
"""How often is looked at what only time can make true."""
MOST_STEPS = 500
"""Steps of one walk; more is a loop without a wait, which the checker refuses."""


@dataclass(frozen=True)
class Listen:
    """A condition that may move the journey before its due: ``leave``, ``rule``, ``until``, or ``audience``,
    which moves it by no longer holding."""

    kind: str
    name: str
    condition: Condition


@dataclass(frozen=True)
class Walk:
    """What was decided: the next effect at ``due``, or an outcome, or why a person must help."""

    position: Position
    effect: Effect
    due: datetime
    lines: tuple[Line, ...] = ()
    changes: tuple[Change, ...] = ()
    listens: tuple[Listen, ...] = ()
    outcome: str | None = None
    parked: str | None = None
    moved: bool = True
    """False: nothing has changed, the decision before this one still stands."""


def left_open(was: Position, decided: Walk) -> str | None:
    """The state that an open task gets when its journey goes on without an answer; None: it stays there."""
    still = decided.position
    if not was.marks or (still.step == was.step and still.visit == was.visit and not decided.outcome):
        return None
    return "expired" if any(line.kind == "time_up" for line in decided.lines) else "cancelled"


@dataclass(frozen=True)
class Pending:
    """What was decided last, and is still to be done."""

    effect: Effect
    due: datetime


def opening(campaign: Campaign, dictionary: Dictionary, asks: Asks, facts: Facts) -> Walk:
    """The first decision of a new journey: its first effect at once, where nothing must be asked before."""
    first = campaign.main[0]
    start = Position(first.name, False, facts.now, facts.now, visits={first.name: 1})
    walker = Walker(campaign, dictionary, asks, facts, start)
    if campaign.holdout and held_out(campaign.holdout, campaign.name, facts.lead):
        walker.say(Line(HOLDOUT, first.name, f"one of {campaign.holdout} of 100 who get nothing"))
        return _result(walker, "ended", facts.now, outcome=HOLDOUT)
    if first.effect and not first.if_ and not first.unless:
        due = first.ready(walker, facts.now)
        return _result(walker, first.effect, due)
    return _result(walker, "check_engagement", facts.now)


def walk(
    campaign: Campaign,
    dictionary: Dictionary,
    asks: Asks,
    facts: Facts,
    position: Position,
    pending: Pending,
    result: Result | None = None,
) -> Walk:
    """On from ``position``, where ``pending`` is what was decided last.

    ``result``: what that effect did; None: woken, due, or asking whether it may still happen.
    """
    walker = Walker(campaign, dictionary, asks, facts, position)
    move = _first_move(walker, pending, result)
    if move is not None:
        return _follow(walker, move)
    acted = bool(walker.lines or walker.changes)
    return _result(walker, pending.effect, pending.due, moved=acted)


def settle(walker: Walker, move: Stay | Rest) -> Walk:
    """What is decided when a journey comes to rest where it is, without anything being asked."""
    return _follow(walker, move)


def arrive(walker: Walker, step: str, at: datetime) -> Walk:
    """At another step, which is to be entered at ``at``."""
    _place(walker, step, at, at)
    return _result(walker, "check_engagement", at)


def _first_move(walker: Walker, pending: Pending, result: Result | None) -> Move | None:
    """What to do first. None: what was decided last still stands."""
    step = walker.campaign.steps.get(walker.position.step)
    if step is None:
        return Park(f"step {walker.position.step} is not in this version of the campaign")
    finished = step.done(walker, result) if result else None
    if gone := _leave_once(walker):
        return gone
    if isinstance(finished, End | Park):
        return finished
    if ruled := acting(walker):
        return ruled
    return finished or _look(walker, step, pending)


def _look(walker: Walker, step: Step, pending: Pending) -> Move | None:
    if walker.position.waiting:
        asked_in_time = pending.effect == "check_engagement" and pending.due <= walker.facts.now
        return step.look(walker) or (step.stay(walker) if asked_in_time else None)
    if pending.effect == "check_engagement":
        return _enter(walker, step)
    if pending.due > walker.facts.now:  # held: its own conditions are asked when it may happen
        return None
    missing = unmet(walker, step)
    if isinstance(missing, Park):
        return missing
    return Go(walker.after(step), walker.position.since) if missing else None


def _follow(walker: Walker, move: Move) -> Walk:
    for _ in range(MOST_STEPS):
        match move:
            case Stay():
                return _stay(walker, move)
            case End(outcome):
                return _result(walker, "ended", walker.facts.now, outcome=outcome)
            case Park(reason):
                return _result(walker, "check_engagement", walker.facts.now, parked=reason)
            case Rest(until):
                move = _look_ahead(walker, until)
            case Go(to, at):
                move = _arrive(walker, to, at)
    reason = f"{MOST_STEPS} steps without a wait, last {walker.position.step}: put a wait into the loop"
    return _result(walker, "check_engagement", walker.facts.now, parked=reason)


def _arrive(walker: Walker, to: str | None, at: datetime | None) -> Move:
    if to is None:
        return End("finished")
    step = walker.campaign.steps[to]
    since = at or walker.facts.now
    _place(walker, to, since, since)
    return _leave_once(walker) or _enter(walker, step)


def _leave_once(walker: Walker) -> End | Park | None:
    """Looks at ``leave`` before a step, unless nothing has changed since the step before."""
    if walker.looked == len(walker.changes):
        return None
    walker.looked = len(walker.changes)
    return leaving(walker)


def _enter(walker: Walker, step: Step) -> Move:
    missing = unmet(walker, step)
    if isinstance(missing, Park):
        return missing
    if missing:
        return Go(walker.after(step), walker.position.since)
    return step.enter(walker)


def _place(walker: Walker, name: str, since: datetime, planned: datetime) -> None:
    position = walker.position
    visits = {**position.visits, name: position.visits.get(name, 0) + 1}
    walker.position = replaced(
        position,
        step=name,
        waiting=False,
        since=since,
        planned=planned,
        until=None,
        marks=(),
        nth=0,
        clock=0,
        visits=visits,
        rests_in="",
        rests_since=None,
    )


def _look_ahead(walker: Walker, until: datetime) -> Move:
    """Past a wait that nothing cuts short, if exactly one effect follows with nothing to ask before."""
    step = walker.campaign.steps[walker.position.step]
    if until <= walker.facts.now:
        return Go(walker.after(step), until)
    following = walker.campaign.steps.get(walker.after(step) or "")
    asks = step.may_move or (following is not None and (following.if_ or following.unless))
    if following is None or not following.effect or asks:
        return Stay("check_engagement", until, until=until)
    walker.say(Line("waits", step.name, f"until {until.astimezone(walker.facts.zone):%a %Y-%m-%d %H:%M}"))
    since = walker.position.since
    _place(walker, following.name, until, until)
    walker.position = replaced(walker.position, rests_in=step.name, rests_since=since)
    return Stay(following.effect, following.ready(walker, until), waiting=False)


def _stay(walker: Walker, stay: Stay) -> Walk:
    position = walker.position
    walker.position = replaced(
        position,
        waiting=stay.waiting,
        until=stay.until,
        marks=position.marks if stay.marks is None else stay.marks,
        nth=position.nth if stay.nth is None else stay.nth,
        clock=position.clock if stay.clock is None else stay.clock,
    )
    tomorrow = walker.facts.now + DAILY
    if stay.due > tomorrow and any(walker.reads_time(found.condition) for found in _listened(walker)):
        return _result(walker, "check_engagement", tomorrow)
    return _result(walker, stay.effect, stay.due)


def _listened(walker: Walker) -> tuple[Listen, ...]:
    return listens(walker.campaign, walker.position)


def _result(
    walker: Walker,
    effect: Effect,
    due: datetime,
    outcome: str | None = None,
    parked: str | None = None,
    moved: bool = True,
) -> Walk:
    return Walk(
        position=walker.position,
        effect=effect,
        due=due,
        lines=tuple(walker.lines),
        changes=tuple(walker.changes),
        listens=() if outcome else _listened(walker),
        outcome=outcome,
        parked=parked,
        moved=moved,
    )


def listens(campaign: Campaign, position: Position) -> tuple[Listen, ...]:
    """The conditions that may move a journey at ``position`` before its due."""
    place = (position.step, position.waiting, *position.fired)
    found = campaign.listening.get(place)
    if found is None:
        found = campaign.listening[place] = tuple(_listens(campaign, position))
    return found


def _listens(campaign: Campaign, position: Position) -> Iterator[Listen]:
    for leave in campaign.leave:
        yield Listen("leave", leave.outcome, leave.when)
    if campaign.audience:
        yield Listen(AUDIENCE, NOT_AUDIENCE, campaign.audience)
    for rule in campaign.rules:
        if rule.again is not None or rule.name not in position.fired:
            yield Listen("rule", rule.name, rule.when)
    until = getattr(campaign.steps.get(position.step), "until", Condition())
    if position.waiting and until:
        yield Listen("until", position.step, until)
