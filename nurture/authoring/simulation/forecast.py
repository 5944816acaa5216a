"""A forecast: people enter a campaign, live in it for some days, and are counted."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

from nurture.authoring.simulation.behaviour import Behaviour
from nurture.authoring.simulation.people import Arrivals, Crowd, Person
from nurture.authoring.simulation.reactions import Act, Desk, Nature
from nurture.authoring.simulation.relevance import IDENTITY, Relevance, relevance
from nurture.authoring.simulation.tally import Tally
from nurture.authoring.simulation.tree import Node
from nurture.authoring.stories.lead import PlayedLead
from nurture.authoring.stories.playing import Play, Rules
from nurture.authoring.stories.story import Lead
from nurture.conditions import Quiet
from nurture.domain.campaign import Campaign
from nurture.domain.chance import draw, held_out
from nurture.domain.measures import shares_of

MOST_NODES = 20_000
"""Of one tree; a larger one is counted and begun anew, so that memory does not grow with the leads."""


@dataclass(frozen=True)
class Forecast:
    campaign: Campaign
    rules: Rules
    arrivals: Arrivals
    days: int
    tally: Tally


def simulate(
    campaign: Campaign, rules: Rules, behaviour: Behaviour, arrivals: Arrivals, days: int
) -> Forecast:
    """``days``: how long is looked at, from ``arrivals.start``."""
    # The reasons of conditions are for people, and there are none here.
    quiet = replace(rules, conditions=Quiet(rules.conditions))
    simulation = Simulation(campaign, quiet, behaviour, arrivals.start + timedelta(days=days))
    with _uncollected():
        simulation.live(Crowd(behaviour, rules.dictionary, arrivals).people())
    return Forecast(campaign, rules, arrivals, days, simulation.tally)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A tree has no cycles, and looking for some in all of it again and again costs a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@dataclass
class Simulation:
    campaign: Campaign
    rules: Rules
    behaviour: Behaviour
    end: datetime

    def __post_init__(self) -> None:
        self.tally = Tally()
        self.natures = {one.name: Nature(one) for one in self.behaviour.temperaments}
        self.desk = Desk(self.behaviour, self.rules.sales)
        self.relevance: Relevance = relevance(self.campaign, self.rules)

    def live(self, people: Iterable[Person]) -> None:
        """All that enter alike at one moment together: their lives begin as one."""
        for alike in _alike(people, self.campaign, self.relevance):
            tree = self._entered(alike[0])
            size = 1
            for person in alike:
                if size > MOST_NODES:
                    self._count(tree)
                    tree, size = self._entered(person), 1
                size += self._life(person, tree)
            self._count(tree)

    def _entered(self, person: Person) -> Node:
        rules, now = self.rules, person.enters
        scored = self.relevance.scored
        lead = PlayedLead(
            person.lead, rules.dictionary, rules.scoring, now, rules.calendars, id=person.id, scored=scored
        )
        play = Play(self.campaign, rules, lead, now)
        happening = next(
            (
                one
                for one in rules.dictionary.happenings.values()
                if self.campaign.enrol.opened_by(one.event, one.match, rules.dictionary.happenings)
            ),
            None,
        )
        if happening:
            lead.happening(happening.name, now)
            play.look()
        if not play.journeys:
            play.enter()
        return Node(play)

    def _life(self, person: Person, node: Node) -> int:
        """One lead from her entry to the end. How many nodes were new."""
        acts: list[Act] = []
        nature, grown = self.natures[person.temperament.name], 0
        while True:
            node.leads += 1
            if node.mails or node.tasks:
                self._reacts(person, nature, node, acts)
            if node.due is None:
                break
            branch = heappop(acts) if acts and acts[0][0] < node.due else None
            if (branch[0] if branch else node.due) > self.end:
                break
            node = node.next(branch)
            grown += not node.leads
        self.tally.outcomes[node.ending] += 1
        return grown

    def _reacts(self, person: Person, nature: Nature, node: Node, acts: list[Act]) -> None:
        done, matters = self.tally.done, self.relevance.matters
        for mail in node.mails:
            for act in nature.reacts(person, mail):
                at, word, args = act
                if at > self.end:
                    continue
                done[mail.step.name, word] += 1
                if matters(word, args):
                    heappush(acts, act)
        for one in node.tasks:
            what = one.what.removeprefix("to ")
            answer = self.desk.answers(person, one.word, what, one.at, len(node.play.lead.handoffs))
            if answer:
                heappush(acts, answer)

    def _count(self, tree: Node) -> None:
        for node in tree.all():
            for one in node.happened:
                self.tally.happened(one.word, one.what, one.at.date(), node.leads)
        self.tally.leads += tree.leads


def _alike(people: Iterable[Person], campaign: Campaign, relevant: Relevance) -> Iterator[list[Person]]:
    """By all that a life can depend on before she does something: the moment, who she is, what she draws."""
    kept = frozenset(IDENTITY) - relevant.identity
    groups: dict[tuple[object, ...], list[Person]] = defaultdict(list)
    kinds: dict[int, tuple[Lead, tuple[object, ...]]] = {}
    for person in people:
        lead = person.lead
        if id(lead) not in kinds:
            kinds[id(lead)] = (lead, _kind(lead, kept))
        groups[(person.enters, kinds[id(lead)][1], *_drawn(campaign, person))].append(person)
    yield from groups.values()


def _kind(lead: Lead, left_out: frozenset[str]) -> tuple[object, ...]:
    """All that is known of her, but for the fields that nothing reads."""
    known = {name: value for name, value in lead.fields.items() if name not in left_out}
    return tuple(repr(known if one.name == "fields" else getattr(lead, one.name)) for one in fields(lead))


def _drawn(campaign: Campaign, person: Person) -> Iterator[object]:
    for name, test in campaign.tests.items():
        yield draw(shares_of(test), campaign.name, name, person.id)
    if campaign.holdout:
        yield held_out(campaign.holdout, campaign.name, person.id)
