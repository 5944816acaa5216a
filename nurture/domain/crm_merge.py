"""Which side's value of a field stands: what was agreed on last, what we have, what they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nurture.domain.crm_policy import TOLD_ONLY, FieldRule


@dataclass
class Merged:
    push: dict[str, str] = field(default_factory=dict)
    """Their field -> what to write."""
    take: dict[str, str] = field(default_factory=dict)
    """Our field -> what a person said in the CRM."""
    kept: dict[str, str] = field(default_factory=dict)
    """Their field -> the value that stands there although ours is another."""
    base: dict[str, str] = field(default_factory=dict)
    """Their field -> what stands there when all is written."""


def text(value: Any) -> str:
    """Values as both sides compare them: 70 and 70.0 are one number, nothing and an empty text are one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    plain = " ".join(str(value).split())
    return plain[:-2] if plain.endswith(".0") and plain[:-2].lstrip("-").isdigit() else plain


TRIED = "@tried "
"""Before their field, in what is agreed on: what we were writing when the answer was lost."""
BETWEEN = "\n"
"""Values that are compared have no line ends."""


def attempted(base: Mapping[str, str], push: Mapping[str, str]) -> dict[str, str]:
    return {**base, **{f"{TRIED}{name}": value for name, value in push.items()}}


def also_tried(base: Mapping[str, str], push: Mapping[str, str]) -> dict[str, str]:
    """As ``attempted``, for whoever cannot look what became of it: all that was tried since stays in mind."""
    earlier = tried(base)
    every = {name: list(dict.fromkeys([*earlier.get(name, ()), value])) for name, value in push.items()}
    return {**base, **{f"{TRIED}{name}": BETWEEN.join(values) for name, values in every.items()}}


def tried(base: Mapping[str, str]) -> dict[str, list[str]]:
    return {
        name[len(TRIED) :]: value.split(BETWEEN) for name, value in base.items() if name.startswith(TRIED)
    }


def settled(base: Mapping[str, str] | None, theirs: Mapping[str, Any]) -> dict[str, str] | None:
    """Without what was only tried; where it stands there, it is ours, and nobody's change."""
    if base is None:
        return None
    plain = {name: value for name, value in base.items() if not name.startswith(TRIED)}
    tried = {name[len(TRIED) :]: value for name, value in base.items() if name.startswith(TRIED)}
    return plain | {name: value for name, value in tried.items() if text(theirs.get(name)) == value}


def merge(
    rules: Sequence[FieldRule],
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    base: Mapping[str, str] | None,
) -> Merged:
    """``base``: as ``Merged.base`` was the last time; None: the two have never been compared."""
    found = Merged()
    for rule in rules:
        mine = rule.there(text(ours.get(rule.ours)))
        there = text(theirs.get(rule.theirs))
        found.base[rule.theirs] = there
        if mine and not _same(mine, there):
            _differs(found, rule, mine, there, None if base is None else base.get(rule.theirs))
        elif there and not mine:
            _takes(found, rule, there)
    return found


def _differs(found: Merged, rule: FieldRule, mine: str, there: str, before: str | None) -> None:
    if rule.wins == "nurture" or not (there or before):
        _pushes(found, rule, mine)
    elif rule.wins == "crm":
        if there:
            _takes(found, rule, there)
        else:
            _pushes(found, rule, mine)
    elif before is not None and _same(there, before):
        _pushes(found, rule, mine)
    else:  # a person changed it there, or it was there before us
        _takes(found, rule, there)


def _pushes(found: Merged, rule: FieldRule, mine: str) -> None:
    found.push[rule.theirs] = found.base[rule.theirs] = mine


def _takes(found: Merged, rule: FieldRule, there: str) -> None:
    """What only we decide stays as it is on both sides."""
    here = rule.here(there)
    if rule.wins == "nurture":
        return
    if rule.ours in TOLD_ONLY or not here:
        found.kept[rule.theirs] = there
    else:
        found.take[rule.ours] = here


def _same(one: str, other: str) -> bool:
    return one == other or one.casefold() == other.casefold() in ("true", "false")
