"""Rules that pull a lead two ways at once."""

from __future__ import annotations

from itertools import combinations

from nurture.authoring.checking import Checking
from nurture.authoring.proofs.asked import place_of
from nurture.conditions.logic.proving import Proving
from nurture.domain.campaign import Campaign, Rule

HINT = "Let the conditions exclude each other, such as `score >= 60 && score < 80`."


def check_clashes(check: Checking, campaign: Campaign, proving: Proving) -> None:
    """Whoever meets one rule is bound to meet the other, and they lead to different places."""
    for first, second in combinations(campaign.rules, 2):
        here, there = _leads(first), _leads(second)
        if here is None or there is None or here == there:
            continue
        for one, other in ((first, second), (second, first)):
            if not proving.possible([proving.holds(one.when), proving.fails(other.when)]):
                text = f"whoever meets the rule `{one.name}` meets `{other.name}` too"
                text += f": first it leads to {here}, at the next look to {there}"
                check.report("rules-clash", place_of(check, second.when, "rule", second.name), text, HINT)
                break


def _leads(rule: Rule) -> str | None:
    """Where the rule sends the lead, whatever else holds."""
    for step in rule.then:
        if (step.goes_to or step.outcomes) and not step.if_ and not step.unless:
            return f"`{step.goes_to[0]}`" if step.goes_to else f"the end as `{step.outcomes[0]}`"
    return None
