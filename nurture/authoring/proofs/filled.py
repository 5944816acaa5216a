"""Fields that are filled in for sure of whoever comes to a step: the door or the way there asked for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nurture.authoring.proofs.known import Claim, Claims, Flow
from nurture.conditions.logic.formula import Formula, Is
from nurture.domain.enrolment import CHANGES, ENTERS, Trigger
from nurture.domain.steps.do import Do
from nurture.domain.steps.step import Step
from nurture.domain.steps.wait import Wait

Fields = frozenset[str]


@dataclass(frozen=True)
class Filled:
    """Which of these are known of whoever comes to a step. One that was known once counts as known."""

    flow: Flow
    fields: Fields

    def known(self) -> Mapping[str, Fields]:
        campaign = self.flow.campaign
        door = frozenset(field for field in self.fields if self._at_the_door(field))
        found = self._spread({campaign.main[0].name: door})
        resting = [of for name, of in found.items() if _rests(campaign.steps[name])]
        anywhere = door.union(frozenset.intersection(*resting) if resting else ())
        rules = {
            rule.then[0].name: anywhere | self._shown([self.flow.proving.holds(rule.when)])
            for rule in campaign.rules
            if rule.then
        }
        return self._spread({campaign.main[0].name: door, **rules})

    def asked_at(self, step: Step, field: str) -> bool:
        unless = [self.flow.proving.fails(step.unless)] if step.unless else []
        return field in self._shown([self.flow.proving.holds(step.if_), *unless])

    def _spread(self, states: dict[str, Fields]) -> dict[str, Fields]:
        todo = list(states)
        while todo:
            name = todo.pop()
            for to, fields in self._edges(name, states[name]):
                merged = fields & states[to] if to in states else fields
                if merged != states.get(to):
                    states[to] = merged
                    todo.append(to)
        return states

    def _edges(self, name: str, known: Fields) -> Iterator[tuple[str, Fields]]:
        for to, claims in self.flow.edges(self.flow.campaign.steps[name], _claims(known)):
            if to is not None:
                yield to, known | self._shown(claim.formula for claim in claims)

    def _at_the_door(self, field: str) -> bool:
        campaign, proving = self.flow.campaign, self.flow.proving
        always = [proving.holds(campaign.enrol.if_)], [proving.holds(campaign.audience)]
        left = ([proving.fails(leave.when)] for leave in campaign.leave)
        return any(field in self._shown(so) for so in (*always, *left)) or self._brought(field)

    def _brought(self, field: str) -> bool:
        """Whether all that lets leads in says that they have the field filled in."""
        enrol = self.flow.campaign.enrol
        if enrol.every or not (enrol.on or enrol.at):
            return False
        return (enrol.at is None or enrol.at.field == field) and all(
            self._by(trigger, field) for trigger in enrol.on
        )

    def _by(self, trigger: Trigger, field: str) -> bool:
        if trigger.word == ENTERS:
            return field in self._shown([self.flow.proving.segment(trigger.name)])
        return trigger.word == CHANGES and trigger.name == field

    def _shown(self, so: Iterable[Formula]) -> Fields:
        """The fields without which this could not be so."""
        formulas = list(so)
        possible = self.flow.proving.possible
        return frozenset(f for f in self.fields if not possible([*formulas, Is(("known", f), False)]))


def _claims(known: Fields) -> Claims:
    return frozenset(Claim(Is(("known", field)), field, True) for field in known)


def _rests(step: Step) -> bool:
    """Whether a rule may act while a lead is here; what a ``do`` does is done at once."""
    return step.takes_time or isinstance(step, Wait) or (bool(step.effect) and not isinstance(step, Do))
