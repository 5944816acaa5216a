"""``list``: puts the lead on a list of the dictionary; a leading minus takes them off."""

from __future__ import annotations

from dataclasses import replace

from nurture.domain.actions.action import Action
from nurture.domain.actions.tag import changed
from nurture.domain.facts import Facts
from nurture.domain.keys import Key, Kind


def _apply(facts: Facts, value: str | list[str]) -> Facts:
    return replace(facts, lists=changed(facts.lists, value))


ACTION = Action(
    Key(Kind.LISTS, "lists to put the lead on; `-name` takes them off", says="{}"),
    _apply,
    crm=False,
)
