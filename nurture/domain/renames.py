"""What steps were called before: the ``moved:`` of a file, and unnamed steps that are the same still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nurture.domain.outline import Entry, outline

PARTS = "+."
"""What joins an unnamed step to the one that it is named after: ``guide+wait``, ``talk.rejected+wait``."""


@dataclass(frozen=True)
class Renames:
    moved: Mapping[str, str] = field(default_factory=dict)
    """Old name -> new name. Steps named after a renamed one follow it."""

    def new(self, old: str) -> str:
        return _renamed(self.moved, old)

    def old(self, new: str) -> str:
        return _renamed({new_name: old_name for old_name, new_name in self.moved.items()}, new)

    def back(self) -> Renames:
        return Renames({new: old for old, new in self.moved.items()})


def renames_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Renames:
    """``moved`` of the new document, or of the old one if the new is the one before; and unnamed steps that
    stand before the same step in both: an unnamed wait is called after the line above it, which may be
    another now."""
    before, after = outline(old), outline(new)
    names = {one.name for one in after}
    back = {now: was for was, now in old.get("moved", {}).items() if was in names and now not in names}
    found = Renames({**back, **new.get("moved", {})})
    for index, entry in enumerate(before):
        if entry.named or found.new(entry.name) in names:
            continue
        taken = {found.new(one.name) for one in before}
        block, following = entry.block, found.new(_following(before, index))
        same = [
            one.name
            for place, one in enumerate(after)
            if not one.named and one.name not in taken and one.verb == entry.verb
            if one.block == block and _following(after, place) == following
        ]
        if len(same) == 1:
            found = Renames({**found.moved, entry.name: same[0]})
    return found


def _following(entries: Sequence[Entry], index: int) -> str:
    """The step on the line below; empty at the end of a block."""
    block = entries[index].block
    return next((entry.name for entry in entries[index + 1 :] if entry.block == block), "")


def _renamed(names: Mapping[str, str], name: str) -> str:
    if name in names:
        return names[name]
    stems = [stem for stem in names if name.startswith(stem) and name[len(stem)] in PARTS]
    if not stems:
        return name
    stem = max(stems, key=len)
    return names[stem] + name[len(stem) :]
