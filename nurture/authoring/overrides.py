"""Campaigns that say themselves what follows a rejection, where the sales policy says it for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.problems import Problem
from nurture.domain.sales import SalesPolicy
from nurture.domain.steps.handoff import Handoff

RULE = "overrides"
HINT = "Leave `rejected:` out, if the policy is to decide. A day that sales names counts all the same."


def override_problems(campaigns: Mapping[str, CampaignFile], sales: SalesPolicy) -> Iterator[Problem]:
    named = [name for name, reason in sales.following.items() if reason.then or reason.rest]
    for file in campaigns.values() if named else ():
        for step in file.campaign.steps.values() if file.campaign else ():
            if isinstance(step, Handoff) and "rejected" in step.answered:
                place = file.positions.get(step.name)
                line, column = (place.line, place.column) if place else (0, 0)
                text = (
                    f"`rejected:` of `{step.name}` stands for what policies/sales.yaml says of {_all(named)}"
                )
                yield Problem(file.path, line, column, RULE, text, HINT)


def _all(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
