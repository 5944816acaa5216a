"""The longest way through a campaign: in time, or in messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from nurture.authoring.bounds.durations import ZERO
from nurture.authoring.bounds.net import Net
from nurture.authoring.bounds.times import Endless
from nurture.authoring.graph import reached
from nurture.domain.campaign import Campaign
from nurture.domain.steps.go import GoTo

Weigh = Callable[[str], timedelta]
"""How long a lead is at a step at most. Raises Endless."""
Lengths = Mapping[str, timedelta]


@dataclass(frozen=True)
class Longest:
    campaign: Campaign
    net: Net

    def way(self, weigh: Weigh) -> timedelta:
        """From the start to the last end, by every rule on top. Raises Endless."""
        for rule in self.campaign.rules:
            if rule.again and rule.name in self.net.jumps:
                raise Endless(f"the rule `{rule.name}` may act again and again")
        lengths = self._lengths(weigh)
        jumps = (max(lengths[to] for to in places) for places in self.net.jumps.values())
        return sum(jumps, lengths[self.net.start])

    def _lengths(self, weigh: Weigh) -> Lengths:
        """Step -> the longest way from it to an end, rules left aside."""
        following = {name: [edge.to for edge in of] for name, of in self.net.edges.items()}
        loops = _loops(following)

        @cache
        def from_(group: frozenset[str]) -> timedelta:
            out = {to for name in group for to in following[name]} - group
            return self._round(group, weigh) + max((from_(loops[to]) for to in out), default=ZERO)

        for name in _backwards(following):
            from_(loops[name])
        return {name: from_(loops[name]) for name in following}

    def _round(self, group: frozenset[str], weigh: Weigh) -> timedelta:
        """The longest time that can be spent among steps of which each leads to each."""
        if len(group) == 1 and not self._itself(next(iter(group))):
            return weigh(next(iter(group)))
        inside = {
            name: [edge.to for edge in self.net.edges[name] if edge.to in group and not edge.counted]
            for name in group
        }
        rounds = sum(self._times(name) for name in group if self._back(name, group))
        lengths: dict[str, timedelta] = {}
        for name in _backwards(inside):
            if any(to not in lengths for to in inside[name]):
                raise Endless(f"the loop through `{name}` goes on until she leaves")
            lengths[name] = weigh(name) + max((lengths[to] for to in inside[name]), default=ZERO)
        return max(lengths.values()) * (rounds + 1)

    def _itself(self, name: str) -> bool:
        return any(edge.to == name for edge in self.net.edges[name])

    def _back(self, name: str, group: frozenset[str]) -> bool:
        return any(edge.counted and edge.to in group for edge in self.net.edges[name])

    def _times(self, name: str) -> int:
        step = self.campaign.steps[name]
        return step.at_most or 0 if isinstance(step, GoTo) else 0


def _loops(following: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Step -> the steps that it leads to and that lead back to it, itself too."""
    order = _backwards(following)
    before: dict[str, list[str]] = {name: [] for name in following}
    for name, others in following.items():
        for to in others:
            before[to].append(name)
    found: dict[str, frozenset[str]] = {}
    for name in reversed(order):
        if name not in found:
            open_ = {one: [to for to in before[one] if to not in found] for one in before}
            group = frozenset(one for one in reached(open_, [name]) if one not in found)
            found |= dict.fromkeys(group, group)
    return found


def _backwards(following: Mapping[str, Iterable[str]]) -> list[str]:
    """Every step after all that follow it, loops left aside."""
    done: list[str] = []
    seen: set[str] = set()
    for start in following:
        todo = [(start, False)]
        while todo:
            name, left = todo.pop()
            if left:
                done.append(name)
            elif name not in seen:
                seen.add(name)
                todo += [(name, True), *((to, False) for to in following[name] if to not in seen)]
    return done
