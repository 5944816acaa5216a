"""Chance in stories: which way of each test the lead of a story draws."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from uuid import NAMESPACE_OID, uuid5

from nurture.authoring.checking import Checking, read_named
from nurture.authoring.nodes import Node, Plain, Scalar
from nurture.authoring.source import suggestion
from nurture.authoring.stories.story import Lead
from nurture.authoring.stories.words import Told
from nurture.domain.campaign import Campaign
from nurture.domain.chance import draw, held_out
from nurture.domain.measures import shares_of

MOST_TRIES = 200_000


def who_draws(campaign: Campaign, lead: Lead) -> str:
    """An id that draws what the story says, so that the engine would do the same with it.

    Where the story says nothing she draws the first way of the file, and is not held out.
    """
    wanted = {step: _wanted(shares_of(test), lead.takes.get(step)) for step, test in campaign.tests.items()}
    ids = (str(uuid5(NAMESPACE_OID, f"story {number}")) for number in count())
    for tried, found in enumerate(ids):
        if tried == MOST_TRIES or _draws(campaign, wanted, found, out=lead.holdout):
            return found
    raise AssertionError("ids do not run out")


def _wanted(shares: Mapping[str, int], takes: str | None) -> str:
    return takes or next(iter(shares))


def _draws(campaign: Campaign, wanted: Mapping[str, str], found: str, *, out: bool) -> bool:
    if campaign.holdout and held_out(campaign.holdout, campaign.name, found) != out:
        return False
    return all(
        draw(shares_of(campaign.tests[step]), campaign.name, step, found) == way
        for step, way in wanted.items()
    )


def read_takes(check: Checking, told: Told, node: Node) -> Plain:
    """``takes`` of a story's lead: step -> way."""
    return read_named(
        check, node, lambda check, step, way: _take(check, told, step, way), "steps with the ways she draws"
    )


def _take(check: Checking, told: Told, step: str, node: Node) -> str | None:
    if not isinstance(node, Scalar) or node.value is None:
        check.wrong(node, "one of the ways")
        return None
    return node.text if fits_test(check, told, node, step, node.text) else None


def fits_test(check: Checking, told: Told, node: Scalar, step: str, way: str) -> bool:
    """Whether the step draws, and has the way."""
    test = told.campaign.tests.get(step)
    if test is None:
        hint = suggestion(step, told.campaign.tests, "There are")
        check.report("unknown-step", node, f"no split and no variants are called `{step}` here", hint)
        return False
    shares = shares_of(test)
    if way not in shares:
        check.report("story", node, f"`{step}` has no way `{way}`", suggestion(way, shares, "There are"))
        return False
    return True
