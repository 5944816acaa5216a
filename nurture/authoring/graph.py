"""The ways through a campaign: from each step, where a journey may go next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from nurture.domain.campaign import Campaign
from nurture.domain.keys import Kind
from nurture.domain.steps.step import Step


@dataclass(frozen=True)
class Ways:
    """``next``: step -> steps; ``leaves``: steps that may need a line below and have none."""

    next: Mapping[str, tuple[str, ...]]
    leaves: frozenset[str]
    starts: tuple[str, ...]
    """The first step, and the sections that rules send a lead to from anywhere."""
    rules: frozenset[str] = field(default_factory=frozenset)
    """Steps of rules, which stand outside the ways."""


def conditional(step: Step) -> bool:
    return bool(step.if_ or step.unless)


def ways(campaign: Campaign) -> Ways:
    rules = frozenset(step.name for rule in campaign.rules for step in rule.then)
    following = {name: tuple(dict.fromkeys(_next(campaign, step))) for name, step in campaign.steps.items()}
    leaves = {name for name, step in campaign.steps.items() if name not in rules and _falls(campaign, step)}
    jumps = [first(campaign, to) for name in rules for to in campaign.steps[name].goes_to]
    starts = (campaign.main[0].name, *dict.fromkeys(jumps))
    return Ways(following, frozenset(leaves), starts, rules)


def first(campaign: Campaign, section: str) -> str:
    return campaign.sections[section][0].name


def _next(campaign: Campaign, step: Step) -> Iterator[str]:
    below = campaign.after[step.name]
    if below and (step.below != "never" or conditional(step)):
        yield below
    for arm in step.arms().values():
        if to := campaign.first_of(arm, below):
            yield to
    for section in step.goes_to:
        yield first(campaign, section)


def _falls(campaign: Campaign, step: Step) -> bool:
    if campaign.after[step.name] is not None:
        return False
    return step.below == "always" or conditional(step) or any(not arm for arm in step.arms().values())


def left_out(step: Step) -> list[str]:
    """Arms that the file leaves out and that go on below."""
    taken = {*step.arms(), *step.defaults()}
    return [name for name, key in step.keys.items() if key.kind is Kind.STEPS and name not in taken]


def finishes(campaign: Campaign) -> bool:
    """Whether some way comes to its last line and ends as ``finished``."""
    in_rules = {step.name for rule in campaign.rules for step in rule.then}
    return any(
        _falls(campaign, step) or (step.below == "maybe" and bool(left_out(step)))
        for name, step in campaign.steps.items()
        if campaign.after[name] is None and name not in in_rules
    )


def reached(following: Mapping[str, Iterable[str]], starts: Iterable[str]) -> set[str]:
    """Everything that can be come to from ``starts``, themselves too."""
    found: set[str] = set()
    todo = list(starts)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += following.get(name, ())
    return found
