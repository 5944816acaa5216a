"""How close together the marketing messages of a journey can come: the fastest way to each next one."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from nurture.authoring.bounds.durations import ZERO
from nurture.authoring.bounds.net import Edge, Net
from nurture.authoring.bounds.times import Times
from nurture.domain.campaign import Campaign
from nurture.domain.steps.send import Send

MOST_COUNTED = 60
"""More messages than this are not counted: `more than 60` says enough."""
MOST_RULES = 6
"""So many rules are remembered as having acted; of more is supposed that they may act again."""

Spot = tuple[str, frozenset[str]]
"""A step, and the rules that have acted already."""


@dataclass(frozen=True)
class Densest:
    campaign: Campaign
    net: Net
    times: Times
    sends: Sequence[Send]
    """The marketing messages that can be come to."""

    def fastest(self) -> Iterator[timedelta]:
        """The shortest time in which a lead can get 2, 3, 4 ... marketing messages."""
        reached: Mapping[Spot, timedelta] = {(step.name, frozenset()): ZERO for step in self.sends}
        for _ in range(MOST_COUNTED):
            reached = self._next(reached)
            if not reached:
                return
            yield min(reached.values())

    def _next(self, sent: Mapping[Spot, timedelta]) -> dict[Spot, timedelta]:
        """From the messages that were sent at these times to every message that may come next."""
        marketing = {step.name for step in self.sends}
        best: dict[Spot, timedelta] = {}
        found: dict[Spot, timedelta] = {}
        todo: list[tuple[timedelta, str, tuple[str, ...]]] = []
        for (name, acted), at in sent.items():
            for to, rules, length in self._moves(name, acted):
                heapq.heappush(todo, (at + length, to, tuple(sorted(rules))))
        while todo:
            at, name, rules_so_far = heapq.heappop(todo)
            spot = (name, frozenset(rules_so_far))
            if spot in best:
                continue
            best[spot] = at
            if name in marketing:
                found[spot] = at
            for to, rules, length in self._moves(*spot):
                heapq.heappush(todo, (at + length, to, tuple(sorted(rules))))
        return found

    def _moves(self, name: str, acted: frozenset[str]) -> Iterator[tuple[str, frozenset[str], timedelta]]:
        for edge in self.net.edges[name]:
            yield edge.to, acted, self._length(name, edge)
        for rule, places in self.net.jumps.items():
            for to in places if rule not in acted else ():
                yield to, acted | {rule} if self._once(rule) else acted, ZERO

    def _length(self, name: str, edge: Edge) -> timedelta:
        return ZERO if edge.skipped else self.times.at_least(self.campaign.steps[name], edge.way)

    def _once(self, rule: str) -> bool:
        again = {of.name: of.again for of in self.campaign.rules}
        return again[rule] is None and len(self.net.jumps) <= MOST_RULES
