"""What steps were called before: the ``moved:`` of a file, and unnamed steps that are the same still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nurture.domain.outline import Entry, outline

PARTS = "+."
"""What joins an unnamed step to the one that it is named after: ``guide+wait``, ``talk.rejected+wait``."""
GONE = ""
"""Of an unnamed step whose name another has now, and that is not there any more."""
ASIDE = "~"
"""Before the name that a step has for a moment."""


@dataclass(frozen=True)
class Renames:
    moved: Mapping[str, str] = field(default_factory=dict)
    """Old name -> new name, or GONE. Steps named after a renamed one follow it."""

    def new(self, old: str) -> str:
        return _renamed(self.moved, old)

    def old(self, new: str) -> str:
        return _renamed({new_name: old_name for old_name, new_name in self.moved.items()}, new)

    def back(self) -> Renames:
        return Renames({new: old for old, new in self.moved.items()})


def renames_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Renames:
    """``moved`` of the new document, or of the old one if the new is the one before; and unnamed steps, which
    are called after the line above them, that may be another now: the same are those that say the same
    between the same named steps, then those that stand before the same step."""
    before, after = outline(old), outline(new)
    names = {one.name for one in after}
    back = {now: was for was, now in old.get("moved", {}).items() if was in names and now not in names}
    found = Renames({**back, **new.get("moved", {})})
    return _by_place(before, after, _by_text(before, after, found))


def _by_text(before: Sequence[Entry], after: Sequence[Entry], renames: Renames) -> Renames:
    """Where one of a place says the same as before, and is called otherwise."""
    kept = {renames.new(one.name): one.block for one in before if one.named}
    both = {one.name for one in after if one.named and kept.get(one.name) == one.block}
    was, now = _unnamed(before, both, renames), _unnamed(after, both, Renames())
    same: dict[str, str] = {}
    for place, olds in was.items():
        same |= _paired(olds, now.get(place, []), renames)
    moved = {name: other for name, other in same.items() if renames.new(name) != other}
    taken = set(moved.values())
    gone = {
        one.name: GONE
        for one in before
        if not one.named and one.name not in same and renames.new(one.name) in taken
    }
    return Renames({**renames.moved, **same, **gone}) if moved else renames


def _paired(olds: Sequence[Entry], news: Sequence[Entry], renames: Renames) -> dict[str, str]:
    """Steps of one place that say the same: first those whose name says so too, then in order."""
    left, found = list(news), {}
    for by_name in (True, False):
        for one in olds:
            same = [
                other
                for other in left
                if one.name not in found and (one.verb, one.keys) == (other.verb, other.keys)
                if not by_name or other.name == renames.new(one.name)
            ]
            if same:
                found[one.name] = same[0].name
                left.remove(same[0])
    return found


def one_by_one(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Old and new, in an order in which nothing gets a name that another has still; two that change theirs
    go by a third."""
    left = {old: new for old, new in names.items() if old != new}
    while left:
        free = next((old for old, new in left.items() if new not in left), None)
        if free is not None:
            yield free, left.pop(free)
            continue
        old = next(iter(left))
        yield old, ASIDE + old
        left[ASIDE + old] = left.pop(old)


Place = tuple[str, str, str]
"""Block, and the named steps around that both versions have there; empty at its ends."""


def _unnamed(entries: Sequence[Entry], both: set[str], renames: Renames) -> dict[Place, list[Entry]]:
    found: dict[Place, list[Entry]] = {}
    above: dict[str, str] = {}
    waiting: dict[str, list[Entry]] = {}
    for entry in entries:
        name = renames.new(entry.name)
        if not entry.named:
            waiting.setdefault(entry.block, []).append(entry)
        elif name in both:
            place = entry.block, above.get(entry.block, ""), name
            found[place] = waiting.pop(entry.block, [])
            above[entry.block] = name
    return found | {(block, above.get(block, ""), ""): left for block, left in waiting.items()}


def _by_place(before: Sequence[Entry], after: Sequence[Entry], found: Renames) -> Renames:
    """Those of which there is one before the same step."""
    names = {one.name for one in after}
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
