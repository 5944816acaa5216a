"""Conditions at the door (``enrol.if``, ``audience``): asked before anything of the journey has happened."""

from __future__ import annotations

import re

from nurture.authoring.checking import Checking
from nurture.authoring.looks import LOOKS
from nurture.authoring.nodes import Scalar, Table, items
from nurture.authoring.source import address
from nurture.domain.campaign import Campaign
from nurture.domain.enrolment import BECOMES
from nurture.domain.stages import CUSTOMER

ENROL, AUDIENCE, ROUTE = "enrol", "audience", "route"
"""What conditions at the door are called among those of a file; ``route``: of a rule of routing.yaml."""
DOOR = (ENROL, AUDIENCE, ROUTE)
OF_STEPS = re.compile(rf"\b({'|'.join([*LOOKS, 'done'])})\s*\(")
SINCE_ENTRY = re.compile(r"\b(happened\s*\(\s*[\"'][^\"']*[\"']|changed\s*\([^,()]*)\s*\)")


BUYS = f"{BECOMES} {CUSTOMER}"


def check_customers(check: Checking, root: Table, campaign: Campaign) -> None:
    """Whoever comes in as a customer would leave as one in the same minute."""
    enrol = root.entries.get("enrol")
    on = enrol.entries.get("on") if isinstance(enrol, Table) else None
    for item in items(on) if on is not None and not campaign.customers_stay else ():
        if isinstance(item, Scalar) and item.text == BUYS:
            text = "everybody who comes in here leaves at once as `customer`"
            check.report("impossible", item, text, "Write `customers: stay` at the top of the file.")


def check_door(check: Checking) -> None:
    for asked in check.asked:
        if asked.key not in DOOR:
            continue
        for found in OF_STEPS.finditer(asked.line.text):
            text = f"`{found[1]}` looks at a step, and nobody has come to one when this is asked"
            check.report("at-the-door", address(asked.line, check.source, found.start()), text,
                         "Ask this at a step, with `if:`, or under `leave:`.")  # fmt: skip
        for found in SINCE_ENTRY.finditer(asked.line.text):
            text = "this counts from when the journey began, and none has begun when it is asked"
            hint = 'Say how far back: `count("prices-page", "30d") >= 1`, `changed(lead.role, "30d")`.'
            check.report("at-the-door", address(asked.line, check.source, found.start()), text, hint)
