"""``tag``: puts one or more tags on the lead; a leading minus takes one off."""

from __future__ import annotations

from dataclasses import replace

from nurture.domain.actions.action import Action
from nurture.domain.facts import Facts
from nurture.domain.keys import Key, Kind


def changed(tags: frozenset[str], value: str | list[str]) -> frozenset[str]:
    names = [value] if isinstance(value, str) else value
    off = {name[1:] for name in names if name.startswith("-")}
    return (tags | {name for name in names if not name.startswith("-")}) - off


def _apply(facts: Facts, value: str | list[str]) -> Facts:
    return replace(facts, tags=changed(facts.tags, value))


ACTION = Action(Key(Kind.NAMES, "tags to put on; `-name` takes one off", says="tag as {}"), _apply, crm=False)
