"""What is known of a lead when a step begins: what was asked before it, and what the flow itself did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nurture.authoring.checking import Checking
from nurture.authoring.graph import conditional, first
from nurture.authoring.proofs.asked import line_of, quoted
from nurture.authoring.proofs.doing import after_doing
from nurture.conditions.logic.formula import Formula, every, negated
from nurture.conditions.logic.proving import Proving
from nurture.domain.campaign import Campaign
from nurture.domain.steps.choose import Choose
from nurture.domain.steps.do import Do
from nurture.domain.steps.step import Step
from nurture.domain.steps.wait import Wait


@dataclass(frozen=True)
class Claim:
    formula: Formula
    words: str
    lasting: bool = False
    """Whether it stays so when time passes, as far as the campaign itself goes."""


Claims = frozenset[Claim]
Edges = Iterator[tuple[str | None, Claims]]


@dataclass(frozen=True)
class Flow:
    check: Checking
    campaign: Campaign
    proving: Proving

    def known(self) -> Mapping[str, Claims]:
        """Step -> what is so whichever way led to it; steps to which no way leads are left out."""
        states: dict[str, Claims] = dict(self._starts())
        todo = list(states)
        while todo:
            name = todo.pop()
            for to, claims in self.edges(self.campaign.steps[name], states[name]):
                if to is None:
                    continue
                merged = claims & states[to] if to in states else claims
                if merged != states.get(to):
                    states[to] = merged
                    todo.append(to)
        return states

    def ways(self, step: Choose) -> Iterator[tuple[str, Claims]]:
        """Arm -> what must be so for it to be taken."""
        before: list[Claim] = []
        for way in step.ways:
            words = f"the way `{way.name}` is only for {quoted(way.when)}"
            yield way.name, frozenset([*before, Claim(self.proving.holds(way.when), words)])
            words = f"the way `{way.name}` takes everyone with {quoted(way.when)}"
            before.append(Claim(self.proving.fails(way.when), words))
        yield "otherwise", frozenset(before)

    def _starts(self) -> Iterator[tuple[str, Claims]]:
        yield self.campaign.main[0].name, frozenset()
        for rule in self.campaign.rules:
            words = f"the rule `{rule.name}` acts only on {quoted(rule.when)}"
            if rule.then:
                yield rule.then[0].name, frozenset({Claim(self.proving.holds(rule.when), words)})

    def edges(self, step: Step, known: Claims) -> Edges:
        """Where the step leads, and what is so there."""
        below = self.campaign.after[step.name]
        if conditional(step):
            if below:
                yield below, known | {self._skipped(step)}
            known |= {self._taken(step)}
        after = self._passed(step, known)
        if isinstance(step, Choose):
            for way, claims in self.ways(step):
                yield self.campaign.first_of(step.arms()[way], below), after | claims
            return
        for arm in step.arms().values():
            yield self.campaign.first_of(arm, below), after
        for section in step.goes_to:
            yield first(self.campaign, section), after
        if step.below != "never":
            yield below, after | self._came(step)

    def _passed(self, step: Step, known: Claims) -> Claims:
        if isinstance(step, Do):
            return after_doing(step, known, line_of(self.check, step.name), Claim)
        if step.effect or step.takes_time or isinstance(step, Wait):
            return frozenset(claim for claim in known if claim.lasting)
        return known

    def _came(self, step: Step) -> Claims:
        """A wait with a way of its own for the others is passed only by whom its condition let go."""
        if not isinstance(step, Wait) or not step.until or step.time_up is None:
            return frozenset()
        words = f"{line_of(self.check, step.name)} waits for {quoted(step.until)}"
        return frozenset({Claim(self.proving.holds(step.until), words)})

    def _skipped(self, step: Step) -> Claim:
        asked = " and ".join(quoted(condition) for condition in (step.if_, step.unless) if condition)
        line = line_of(self.check, step.name)
        words = f"`{step.verb}` on {line} takes everyone with {asked}"
        if step.unless:
            words = f"{line} was skipped ({asked})"
        return Claim(negated(self._met(step)), words)

    def _taken(self, step: Step) -> Claim:
        asked = " and ".join(
            [
                *([quoted(step.if_)] if step.if_ else ()),
                *([f"not {quoted(step.unless)}"] if step.unless else ()),
            ]
        )
        return Claim(self._met(step), f"{line_of(self.check, step.name)} is only for {asked}")

    def _met(self, step: Step) -> Formula:
        return every([self.proving.holds(step.if_),
                      *([self.proving.fails(step.unless)] if step.unless else ())])  # fmt: skip
