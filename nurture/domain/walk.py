"""The walk: from where a journey is, through all that follows at once, to the next thing to do and when.

Simulation, stories and the live engine walk this same code. It reads no clock and no database.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nurture.domain.actions.registry import ACTIONS
from nurture.domain.campaign import Campaign, Rule
from nurture.domain.conditions import Answer, Asks, Condition
from nurture.domain.dictionary import Dictionary
from nurture.domain.effects import Change, Effect, Line, Result
from nurture.domain.facts import Facts
from nurture.domain.position import Position
from nurture.domain.steps.do import Do
from nurture.domain.steps.step import End, Go, Move, Park, Rest, Stay, Step
from nurture.domain.windows import ANY_TIME

MOST_STEPS = 500
"""Steps of one walk; more is a loop without a wait, which the checker refuses."""


@dataclass(frozen=True)
class Listen:
    """A condition that may move the journey before its due: ``leave``, ``rule`` or ``until``."""

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


@dataclass(frozen=True)
class Pending:
    """What was decided last, and is still to be done."""

    effect: Effect
    due: datetime


@dataclass
class Walker:
    """One walk. Implements ``Walking`` for the steps."""

    campaign: Campaign
    dictionary: Dictionary
    asks: Asks
    facts: Facts
    position: Position
    lines: list[Line] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    looked: int = -1
    """How many changes had been made when ``leave`` was looked at last."""

    def ask(self, condition: Condition) -> Answer:
        return self.asks.ask(condition, self.facts)

    def after(self, step: Step) -> str | None:
        return self.campaign.after[step.name]

    def has_arm(self, step: Step, name: str) -> bool:
        return name in step.arms()

    def arm(self, step: Step, name: str) -> str | None:
        return self.campaign.first_of(step.arms().get(name, ()), self.after(step))

    def say(self, line: Line) -> None:
        self.lines.append(line)

    def change(self, change: Change) -> None:
        self.changes.append(change)
        self.facts = ACTIONS[change.action].apply(self.facts, change.value)

    def section(self, name: str) -> str:
        return self.campaign.sections[name][0].name

    def count(self, step: Step) -> int:
        before = self.position.loops.get(step.name, 0)
        loops = {**self.position.loops, step.name: before + 1}
        self.position = replace(self.position, loops=loops)
        return before

    def reads_time(self, condition: Condition) -> bool:
        return "time" in self.asks.reads(condition)

    def verdict_on(self, condition: Condition, deadline: datetime) -> datetime | None:
        tokens = self.asks.reads(condition)
        found = [
            judged
            for (kind, judged) in self.facts.pending.items()
            if f"event:{kind}" in tokens and judged > self.facts.now
        ]
        return max(found) + timedelta(seconds=1) if found and deadline else None

    def opens(self, window: str | None, instant: datetime) -> datetime:
        name = window or self.campaign.sending.window or self.dictionary.sending.window
        if name is None or name == ANY_TIME:
            return instant
        return self.dictionary.windows[name].opens(instant, self.facts.zone)


def opening(campaign: Campaign, dictionary: Dictionary, asks: Asks, facts: Facts) -> Walk:
    """The first decision of a new journey: its first effect at once, where nothing must be asked before."""
    first = campaign.main[0]
    start = Position(first.name, False, facts.now, facts.now, visits={first.name: 1})
    walker = Walker(campaign, dictionary, asks, facts, start)
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
    return replace(_result(walker, pending.effect, pending.due), moved=acted)


def leaving(walker: Walker) -> End | Park | None:
    """The outcome under which the lead leaves now: the campaign's own, then the ones that hold everywhere."""
    for leave in walker.campaign.leave:
        answer = walker.ask(leave.when)
        if answer.error:
            return Park(answer.error)
        if answer.holds:
            walker.say(Line("left", walker.position.step, answer.reason, answer.inputs))
            return End(leave.outcome)
    gone = walker.facts.gone or ("customer" if walker.facts.stage == "customer" else None)
    if gone is None:
        return None
    walker.say(Line("left", walker.position.step, gone))
    return End(gone)


def acting(walker: Walker) -> Move | None:
    """The move of the first rule that may act and whose condition holds."""
    for rule in walker.campaign.rules:
        if not _may_act(rule, walker.position, walker.facts.now):
            continue
        answer = walker.ask(rule.when)
        if answer.error:
            return Park(answer.error)
        if answer.holds and (move := _act(walker, rule, answer)):
            return move
    return None


def _may_act(rule: Rule, position: Position, now: datetime) -> bool:
    last = position.fired.get(rule.name)
    if last is None:
        return True
    return rule.again is not None and datetime.fromisoformat(last) + rule.again.span() <= now


def _act(walker: Walker, rule: Rule, answer: Answer) -> Move | None:
    """Changes are made in passing; a ``go`` or ``end`` leaves the place where the lead is."""
    now = walker.facts.now
    walker.say(Line("rule", walker.position.step, f"{rule.name}: {answer.reason}", answer.inputs))
    walker.position = replace(walker.position, fired={**walker.position.fired, rule.name: now.isoformat()})
    for step in rule.then:
        skipped = _skipped(walker, step)
        if isinstance(skipped, Park):
            return skipped
        if skipped:
            continue
        move = step.carry_out(walker, now) if isinstance(step, Do) else step.enter(walker)
        if not isinstance(step, Do):
            if isinstance(move, Go) and move.to == walker.after(step):
                continue
            return replace(move, at=now) if isinstance(move, Go) else move
    return None


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
        return step.look(walker)
    if pending.effect == "check_engagement":
        return _enter(walker, step)
    skipped = _skipped(walker, step)
    if isinstance(skipped, Park):
        return skipped
    return Go(walker.after(step), walker.position.since) if skipped else None


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
    skipped = _skipped(walker, step)
    if isinstance(skipped, Park):
        return skipped
    if skipped:
        return Go(walker.after(step), walker.position.since)
    return step.enter(walker)


def _skipped(walker: Walker, step: Step) -> bool | Park:
    for condition, wanted in ((step.if_, True), (step.unless, False)):
        if not condition:
            continue
        answer = walker.ask(condition)
        if answer.error:
            return Park(answer.error)
        if answer.holds != wanted:
            walker.say(Line("skipped", step.name, answer.reason, answer.inputs))
            return True
    return False


def _place(walker: Walker, name: str, since: datetime, planned: datetime) -> None:
    position = walker.position
    visits = {**position.visits, name: position.visits.get(name, 0) + 1}
    walker.position = replace(
        position,
        step=name,
        waiting=False,
        since=since,
        planned=planned,
        until=None,
        marks=(),
        nth=0,
        visits=visits,
    )


def _look_ahead(walker: Walker, until: datetime) -> Move:
    """Past a wait that nothing cuts short, if exactly one effect follows with nothing to ask before."""
    step = walker.campaign.steps[walker.position.step]
    if until <= walker.facts.now:
        return Go(walker.after(step), until)
    following = walker.campaign.steps.get(walker.after(step) or "")
    if following is None or not following.effect or following.if_ or following.unless:
        return Stay("check_engagement", until, until=until)
    walker.say(Line("waits", step.name, f"until {until.isoformat()}"))
    _place(walker, following.name, until, until)
    return Stay(following.effect, following.ready(walker, until), waiting=False)


def _stay(walker: Walker, stay: Stay) -> Walk:
    position = walker.position
    walker.position = replace(
        position,
        waiting=stay.waiting,
        until=stay.until,
        marks=position.marks if stay.marks is None else stay.marks,
        nth=position.nth if stay.nth is None else stay.nth,
    )
    return _result(walker, stay.effect, stay.due)


def _result(
    walker: Walker, effect: Effect, due: datetime, outcome: str | None = None, parked: str | None = None
) -> Walk:
    return Walk(
        position=walker.position,
        effect=effect,
        due=due,
        lines=tuple(walker.lines),
        changes=tuple(walker.changes),
        listens=() if outcome else listens(walker.campaign, walker.position),
        outcome=outcome,
        parked=parked,
    )


def listens(campaign: Campaign, position: Position) -> tuple[Listen, ...]:
    """The conditions that may move a journey at ``position`` before its due."""
    found = [Listen("leave", leave.outcome, leave.when) for leave in campaign.leave]
    found += [
        Listen("rule", rule.name, rule.when)
        for rule in campaign.rules
        if rule.again is not None or rule.name not in position.fired
    ]
    until = getattr(campaign.steps.get(position.step), "until", Condition())
    if position.waiting and until:
        found.append(Listen("until", position.step, until))
    return tuple(found)
