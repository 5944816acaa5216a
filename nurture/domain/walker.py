"""One walk's state, and what every step of it asks first: leave, rules, the step's own conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nurture.domain.actions.registry import ACTIONS
from nurture.domain.actions.set import dated
from nurture.domain.campaign import Campaign, Rule
from nurture.domain.chance import draw
from nurture.domain.conditions import Answer, Asks, Condition
from nurture.domain.dictionary import Dictionary
from nurture.domain.effects import ARM, Change, Line
from nurture.domain.enrolment import unfit
from nurture.domain.facts import Facts, as_of
from nurture.domain.outcomes import NOT_AUDIENCE
from nurture.domain.position import Position
from nurture.domain.replacing import replaced
from nurture.domain.sending import opens, opens_window, too_late, within_of
from nurture.domain.stages import CUSTOMER
from nurture.domain.steps.do import Do
from nurture.domain.steps.send import Send
from nurture.domain.steps.step import Drawn, End, Go, Move, Park, Step
from nurture.domain.windows import ANY_TIME


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

    def ask(self, condition: Condition, by: datetime | None = None) -> Answer:
        late = by is not None and by < self.facts.now
        return self.asks.ask(condition, as_of(self.facts, by) if late and by else self.facts)

    def after(self, step: Step) -> str | None:
        return self.campaign.after[step.name]

    def has_arm(self, step: Step, name: str) -> bool:
        return name in step.arms()

    def arm(self, step: Step, name: str) -> str | None:
        return self.campaign.first_of(step.arms().get(name, ()), self.after(step))

    def say(self, line: Line) -> None:
        self.lines.append(line)

    def change(self, change: Change) -> None:
        if change.action == "set" and isinstance(change.value, Mapping):
            values = dated(change.value, self.dictionary.fields, self.facts)
            if empty := [name for name in change.value if name not in values]:
                self.say(Line("not set", change.step, f"{empty[0]}: {change.value[empty[0]]} is empty"))
            if not values:
                return
            change = Change("set", values, change.step)
        if change.action == "stage" and not self._may_come(change):
            return
        self.changes.append(change)
        self.facts = ACTIONS[change.action].apply(self.facts, change.value)

    def _may_come(self, change: Change) -> bool:
        """Whether the lifecycle lets her come to the stage; else the line says so, and the walk goes on."""
        before, after = self.facts.stage, str(change.value)
        if self.dictionary.lifecycle.allows(before, after):
            return True
        reason = f"policies/lifecycle.yaml lets nobody come from {before} to {after}"
        self.say(Line("refused", change.step, reason, {"from": before, "stage": after}))
        return False

    def section(self, name: str) -> str:
        return self.campaign.sections[name][0].name

    def draw(self, step: str, shares: Mapping[str, int]) -> Drawn:
        return drawn(self.campaign.name, step, shares, self.position, self.facts)

    def keep(self, step: str, way: str) -> None:
        if self.position.drawn.get(step) != way:
            self.position = replaced(self.position, drawn={**self.position.drawn, step: way})
            self.changes.append(Change(ARM, way, step))

    def count(self, step: Step) -> int:
        before = self.position.loops.get(step.name, 0)
        loops = {**self.position.loops, step.name: before + 1}
        self.position = replaced(self.position, loops=loops)
        return before

    def reads_time(self, condition: Condition) -> bool:
        return bool(condition) and "time" in self.asks.reads(condition)

    def verdict_on(self, condition: Condition, deadline: datetime) -> datetime | None:
        tokens = self.asks.reads(condition)
        found = [
            judged
            for (kind, judged) in self.facts.pending.items()
            if f"event:{kind}" in tokens and judged > self.facts.now
        ]
        return max(found) + timedelta(seconds=1) if found and deadline else None

    def opens(self, window: str, instant: datetime) -> datetime:
        if window == ANY_TIME:
            return instant
        return opens_window(self.dictionary.windows[window], self.facts, instant)

    def sends(self, step: Send, instant: datetime) -> datetime:
        due = opens(step, self.campaign, self.dictionary, self.facts, instant)
        if due == instant:
            return due
        # What would be too late by then is decided at once: it is skipped.
        within = within_of(step, self.campaign, self.dictionary)
        return instant if too_late(within, self.position.planned, self.facts, due) else due


def drawn(campaign: str, step: str, shares: Mapping[str, int], position: Position, facts: Facts) -> Drawn:
    has = position.drawn.get(step)
    if has is not None and has in shares:
        return Drawn(has, "the way she has")
    # Only now: asking for the winner may decide the test.
    won = facts.winners.get(step)
    if won is not None and won in shares:
        return Drawn(won, "the winner of the test")
    way = draw(shares, campaign, step, facts.lead)
    return Drawn(way, f"by chance, {shares[way]} of 100")


def variant_of(step: Send, campaign: str, position: Position, facts: Facts) -> str:
    """The message that a lead gets of a step."""
    if not step.variants:
        return step.message
    return drawn(campaign, step.name, step.variants, position, facts).way


def leaving(walker: Walker) -> End | Park | None:
    """The outcome under which the lead leaves now: the campaign's own, then the ones that hold everywhere."""
    for leave in walker.campaign.leave:
        answer = walker.ask(leave.when)
        if answer.error:
            return Park(answer.error)
        if answer.holds:
            walker.say(Line("left", walker.position.step, answer.reason, answer.inputs))
            return End(leave.outcome)
    bought = walker.facts.stage == CUSTOMER and not walker.campaign.customers_stay
    gone = walker.facts.gone or (CUSTOMER if bought else None)
    if gone is None:
        return _outside(walker)
    walker.say(Line("left", walker.position.step, gone))
    return End(gone)


def _outside(walker: Walker) -> End | Park | None:
    """Whoever the campaign is not for leaves; of one who was let in unseen, the door's condition is asked
    too."""
    campaign, position = walker.campaign, walker.position
    wanted = [("audience", campaign.audience)]
    if position.unasked:
        wanted.append(("enrol.if", campaign.enrol.if_))
    if found := unfit(walker.asks, walker.facts, wanted):
        name, answer = found
        if answer.error:
            return Park(answer.error)
        walker.say(Line("left", position.step, f"{name}: {answer.reason}", answer.inputs))
        return End(NOT_AUDIENCE)
    if position.unasked:
        walker.position = replaced(position, unasked=False)
    return None


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
    walker.position = replaced(walker.position, fired={**walker.position.fired, rule.name: now.isoformat()})
    for step in rule.then:
        missing = unmet(walker, step)
        if isinstance(missing, Park):
            return missing
        if missing:
            continue
        # Each time it acts is a visit of its own: its points are written under the visit's key.
        visits = walker.position.visits
        visits = {**visits, step.name: visits.get(step.name, 0) + 1}
        walker.position = replaced(walker.position, visits=visits)
        move = step.carry_out(walker, now) if isinstance(step, Do) else step.enter(walker)
        if not isinstance(step, Do):
            if isinstance(move, Go) and move.to == walker.after(step):
                continue
            return replace(move, at=now) if isinstance(move, Go) else move
    return None


def unmet(walker: Walker, step: Step) -> bool | Park:
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
