"""``notify``: a mail to our own people, told once."""

from __future__ import annotations

from nurture.domain.actions.action import Action, unchanged
from nurture.domain.keys import Key, Kind

ACTION = Action(
    Key(
        Kind.NOTICE,
        "`team` or `to`, and a `text`; `cc` for more addresses; `digest: daily` gathers",
        says="tell {}",
    ),
    unchanged,
    crm=False,
    effect="notify",
)
