"""What the messages of a campaign are for: their mix, and whether an offer comes before anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from nurture.authoring.checking import Checking
from nurture.authoring.graph import reached, ways
from nurture.domain.campaign import Campaign
from nurture.domain.steps.send import PURPOSES, Send

OFFER = "offer"


def check_purposes(check: Checking, campaign: Campaign) -> None:
    """Warns of an offer to which a way leads that passes no message of another purpose. Customers know what
    they have bought: what is for them may begin with an offer."""
    if campaign.customers_stay:
        return
    there = ways(campaign)
    purposes = {step.name: step.purpose for step in _sends(campaign)}
    unprepared = {
        name: () if purposes.get(name) not in (None, OFFER) else following
        for name, following in there.next.items()
    }
    for name in sorted(reached(unprepared, there.starts[:1])):
        if purposes.get(name) == OFFER:
            check.report("offer-first", check.places[name],
                         f"`{name}` offers something to a lead who was neither taught nor shown anything",
                         "Send something with `purpose: educate` or `purpose: prove` before it.")  # fmt: skip


def mix(campaign: Campaign) -> Mapping[str, int]:
    """Purpose -> messages; empty if none of them says its purpose. Under ``""`` those without one."""
    count = Counter(step.purpose or "" for step in _sends(campaign) if step.kind == "marketing")
    return {name: count[name] for name in (*PURPOSES, "") if count[name]} if set(count) - {""} else {}


def _sends(campaign: Campaign) -> list[Send]:
    return [step for step in campaign.steps.values() if isinstance(step, Send)]
