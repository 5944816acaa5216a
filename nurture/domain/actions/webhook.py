"""``webhook``: calls another system; what it answers may be kept in fields."""

from __future__ import annotations

from nurture.domain.actions.action import Action, unchanged
from nurture.domain.keys import Key, Kind

ACTION = Action(
    Key(
        Kind.WEBHOOK,
        "one of the dictionary, or `url` and `keep` for fields to fill from the answer",
        says="call {}",
    ),
    unchanged,
    crm=False,
    effect="call_webhook",
)
