"""A forecast: people enter a campaign, live in it for some days, and are counted."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

from nurture.authoring.simulation.behaviour import Behaviour
from nurture.authoring.simulation.links import asked_links, clicks
from nurture.authoring.simulation.people import Arrivals, Crowd, Person
from nurture.authoring.simulation.reactions import Act, Desk, Nature
from nurture.authoring.simulation.relevance import IDENTITY, Relevance, conditions_of, relevance
from nurture.authoring.simulation.tally import REFUSED, Tally
from nurture.authoring.simulation.tree import Branch, Node
from nurture.authoring.simulation.unbrought import unbrought
from nurture.authoring.stories.lead import PlayedLead
from nurture.authoring.stories.playing import Play, Rules
from nurture.authoring.stories.story import Lead
from nurture.conditions import Quiet
from nurture.domain.campaign import Campaign
from nurture.domain.chance import draw, held_out
from nurture.domain.dictionary import Happening
from nurture.domain.measures import shares_of


@dataclass(frozen=True)
class Forecast:
    campaign: Campaign
    rules: Rules
    arrivals: Arrivals
    days: int
    tally: Tally
    unbrought: Sequence[str] = ()
    """What the campaign asks for and nobody brings, in sentences."""


def simulate(
    campaign: Campaign, rules: Rules, behaviour: Behaviour, arrivals: Arrivals, days: int
) -> Forecast:
    """``days``: how long is looked at, from ``arrivals.start``."""
    # The reasons of conditions are for people, and there are none here.
    quiet = replace(rules, conditions=Quiet(rules.conditions))
    simulation = Simulation(campaign, quiet, behaviour, arrivals.start + timedelta(days=days))
    with _uncollected():
        simulation.live(Crowd(behaviour, rules.dictionary, arrivals).people())
    lacks = unbrought(campaign, rules, behaviour, arrivals)
    return Forecast(campaign, rules, arrivals, days, simulation.tally, lacks)


MOST_TIMES = 10
"""How often somebody does what opens the campaign, before it is given up."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Lives have no cycles, and looking for some in all of them again and again costs a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@dataclass(slots=True)
class Life:
    """One lead on her way through the tree."""

    person: Person
    nature: Nature
    acts: list[Act] = field(default_factory=list)
    """What she is going to do, as a heap."""


@dataclass
class Simulation:
    campaign: Campaign
    rules: Rules
    behaviour: Behaviour
    end: datetime

    def __post_init__(self) -> None:
        self.tally = Tally()
        asked = asked_links(self.rules.conditions, conditions_of(self.campaign, set()))
        self.natures = {one.name: Nature(one, clicks(one, asked)) for one in self.behaviour.temperaments}
        self.desk = Desk(self.behaviour, self.rules.sales)
        self.relevance: Relevance = relevance(self.campaign, self.rules)

    def live(self, people: Iterable[Person]) -> None:
        """All that enter alike at one moment together: their lives begin as one."""
        for alike in _alike(people, self.campaign, self.relevance):
            self.tally.leads += len(alike)
            lives = [Life(person, self.natures[person.temperament.name]) for person in alike]
            left = list(self._lived(self._entered(alike[0]), lives))
            while left:
                node, branch, lives = left.pop()
                left += self._lived(node.next(branch), lives)

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
            self._opens(play, happening, now)
        if not play.journeys:
            play.enter()
        return Node(play)

    def _opens(self, play: Play, happening: Happening, now: datetime) -> None:
        """It happens, and again until the door opens, where that asks for the second or third time."""
        door = (self.campaign.audience, self.campaign.enrol.if_)
        counted = any(f"event:{happening.event}" in self.rules.conditions.reads(one) for one in door)
        for _ in range(MOST_TIMES if counted else 1):
            play.lead.happening(happening.name, now)
            play.look()
            if play.journeys:
                break

    def _lived(self, node: Node, lives: Sequence[Life]) -> Iterator[tuple[Node, Branch, list[Life]]]:
        """How the leads who are at a node go on: those who do the same, together."""
        for one in node.happened:
            self.tally.happened(one.word, one.what, one.at.date(), len(lives))
        parting: dict[Branch, list[Life]] = {}
        for life in lives:
            if node.mails or node.tasks:
                self._reacts(life, node)
            branch = life.acts[0] if life.acts and node.due and life.acts[0][0] < node.due else None
            at = branch[0] if branch else node.due
            if at is None or at > self.end:
                ending = node.ending
                self.tally.outcomes[ending] += 1
                if ending == REFUSED:
                    self.tally.refused[node.refused] += 1
                continue
            if branch:
                heappop(life.acts)
            parting.setdefault(branch, []).append(life)
        node.left = len(parting)
        for branch, together in parting.items():
            yield node, branch, together

    def _reacts(self, life: Life, node: Node) -> None:
        person, acts = life.person, life.acts
        done, matters = self.tally.done, self.relevance.matters
        for mail in node.mails:
            for act in life.nature.reacts(person, mail):
                at, word, args = act
                if at > self.end:
                    continue
                done[mail.step.name, word] += 1
                if matters(word, args):
                    heappush(acts, act)
        for one in node.tasks:
            what = one.what.removeprefix("to ")
            answer = self.desk.answers(person, one.word, what, one.at, node.asked)
            if answer:
                heappush(acts, answer)


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
