"""A campaign as a net of steps: which follows which, by which arm, and where rules may lead from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nurture.authoring.graph import conditional, first, reached
from nurture.domain.campaign import Campaign, Rule
from nurture.domain.steps.step import Step


@dataclass(frozen=True)
class Edge:
    to: str
    way: str | None = None
    """The arm by which the step is left."""
    skipped: bool = False
    """The step did not happen: its condition did not hold."""
    counted: bool = False
    """A ``go`` that may be taken only so many times."""


@dataclass(frozen=True)
class Net:
    edges: Mapping[str, tuple[Edge, ...]]
    """Only steps that can be come to."""
    start: str
    jumps: Mapping[str, tuple[str, ...]]
    """Rule -> the steps that it may lead to."""


def net_of(campaign: Campaign) -> Net:
    jumps = {rule.name: tuple(_jumps(campaign, rule)) for rule in campaign.rules}
    starts = [campaign.main[0].name, *(to for rule in jumps.values() for to in rule)]
    edges = {name: tuple(_edges(campaign, step)) for name, step in campaign.steps.items()}
    there = reached({name: [edge.to for edge in of] for name, of in edges.items()}, starts)
    return Net({name: of for name, of in edges.items() if name in there}, starts[0],
               {name: to for name, to in jumps.items() if to})  # fmt: skip


def _jumps(campaign: Campaign, rule: Rule) -> Iterator[str]:
    for step in rule.then:
        yield from (first(campaign, section) for section in step.goes_to)


def _edges(campaign: Campaign, step: Step) -> Iterator[Edge]:
    below = campaign.after[step.name]
    if below and conditional(step):
        yield Edge(below, skipped=True)
    if below and step.below != "never":
        yield Edge(below)
    for name, arm in step.arms().items():
        if to := campaign.first_of(arm, below):
            yield Edge(to, name)
    for section in step.goes_to:
        yield Edge(first(campaign, section), counted=getattr(step, "at_most", None) is not None)
