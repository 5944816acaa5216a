"""Every way ends, every step can be come to, and no loop spins."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nurture.authoring.checking import Checking
from nurture.authoring.graph import Ways, conditional, first, reached, ways
from nurture.authoring.nodes import Node, Table
from nurture.domain.campaign import Campaign
from nurture.domain.steps.step import Step


def check_flow(check: Checking, root: Node, campaign: Campaign) -> None:
    there = ways(campaign)
    come_to = reached(there.next, there.starts)
    _sections(check, root, campaign, come_to)
    for block in _blocks(campaign):
        _unreached(check, block, come_to)
    _rules(check, campaign)
    for name in there.leaves & come_to:
        _falls_off(check, campaign, campaign.steps[name])
    _loops(check, campaign, there, come_to)


def _sections(check: Checking, root: Node, campaign: Campaign, come_to: set[str]) -> None:
    assert isinstance(root, Table)
    for name, steps in campaign.sections.items():
        sections = root.entries["sections"]
        if steps[0].name not in come_to and isinstance(sections, Table):
            check.report("unreachable", sections.keys[name], f"no way leads to the section `{name}`",
                         f"Write `go: {name}` where it should begin, or delete it.")  # fmt: skip


def _blocks(campaign: Campaign) -> list[Sequence[Step]]:
    """Lists of steps whose first one can be come to; sections that cannot were reported as a whole."""
    found: list[Sequence[Step]] = [campaign.main, *campaign.sections.values()]
    found += [arm for step in campaign.steps.values() for arm in step.arms().values()]
    return found


def _unreached(check: Checking, block: Sequence[Step], come_to: set[str]) -> None:
    """The first step of a block that is not come to, if the one before it is."""
    for before, step in pairwise(block):
        if step.name not in come_to and before.name in come_to:
            check.report("unreachable", check.places[step.name],
                         f"no way leads to this line: the one before it, `{before.verb}`, never goes on",
                         "Move it up, or give the line before it a condition.")  # fmt: skip


def _rules(check: Checking, campaign: Campaign) -> None:
    for rule in campaign.rules:
        for before, step in pairwise(rule.then):
            if before.below == "never" and not conditional(before):
                check.report("unreachable", check.places[step.name],
                             f"no way leads here: `{before.verb}` above leaves the rule")  # fmt: skip
                break


def _falls_off(check: Checking, campaign: Campaign, step: Step) -> None:
    at = check.places[step.name]
    section = next((name for name, steps in campaign.sections.items() if step in steps), None)
    where = f"the section `{section}`" if section else "the campaign"
    reason = (
        "when its condition does not hold"
        if step.below == "never" and conditional(step)
        else "after this step"
    )
    check.report("no-end", at, f"{where} has no line that says what comes {reason}",
                 "End with `- end: ...` and an outcome, or `- go: ...` to a section.")  # fmt: skip


def _loops(check: Checking, campaign: Campaign, there: Ways, come_to: set[str]) -> None:
    """A loop must rest somewhere, or be counted."""
    quick = {
        name: tuple(to for to in following if not _counted(campaign, name, to))
        for name, following in there.next.items()
        if name in come_to and not (campaign.steps[name].takes_time and not conditional(campaign.steps[name]))
    }
    for name, following in quick.items():
        for section in campaign.steps[name].goes_to:
            target = first(campaign, section)
            if target in following and name in reached(quick, [target]):
                check.report("loop", check.places[name],
                             f"this goes back to `{section}` without a wait: it would turn without end",
                             "Put a `wait` into the loop, or `at_most: 6 times` here.")  # fmt: skip


def _counted(campaign: Campaign, name: str, to: str) -> bool:
    step = campaign.steps[name]
    if getattr(step, "at_most", None) is None:
        return False
    return to in [first(campaign, section) for section in step.goes_to]
