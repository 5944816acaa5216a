"""``enrol``: lets the lead into another campaign, as far as that one's own rules allow."""

from __future__ import annotations

from nurture.domain.actions.action import Action
from nurture.domain.facts import Facts
from nurture.domain.keys import Key, Kind


def _apply(facts: Facts, _campaign: str) -> Facts:
    return facts


ACTION = Action(
    Key(Kind.CAMPAIGN, "the campaign to let the lead into", says="let her into {}"), _apply, crm=False
)
