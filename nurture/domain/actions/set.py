"""``set``: fields of the lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nurture.domain.actions.action import Action
from nurture.domain.facts import Facts, Value
from nurture.domain.keys import Key, Kind


def _apply(facts: Facts, values: Mapping[str, Value]) -> Facts:
    return replace(facts, fields={**facts.fields, **values})


ACTION = Action(Key(Kind.CHANGES, "fields of the lead and their new values", says="set {}"), _apply, crm=True)
