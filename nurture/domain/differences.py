"""What is different between two versions of a campaign, in words that a marketer uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from nurture.domain.outline import Entry, outline
from nurture.domain.renames import Renames, renames_between
from nurture.domain.steps.wait import Span, parse_span
from nurture.domain.worded import listed, quoted

SEND = "send"
Kind = Literal["added", "removed", "renamed", "changed", "placed"]
TOP = ("steps", "sections", "rules", "campaign", "moved")
"""Keys that are told of in other ways."""


@dataclass(frozen=True)
class Difference:
    kind: Kind
    what: str
    """The step, or the key of the file."""
    words: str


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Of two documents: what the campaign says of itself first, then its steps in the order of the file."""
    renames = renames_between(old, new)
    before, after = outline(old), outline(new)
    return (*_settings(old, new), *_rules(old, new), *_steps(before, after, renames))


def policy_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Of two documents of a policy, key by key."""
    keys = dict.fromkeys([*old, *new])
    return tuple(one for key in keys for one in _changed(key, old.get(key), new.get(key)))


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys([*old, *new]):
        if key not in TOP:
            yield from _changed(key, old.get(key), new.get(key))
    gone = [name for name in old.get("sections", {}) if name not in new.get("sections", {})]
    yield from (Difference("removed", name, f"the section `{name}` is gone") for name in gone)


def _rules(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    before = {rule["rule"]: rule for rule in old.get("rules", ())}
    after = {rule["rule"]: rule for rule in new.get("rules", ())}
    for name in dict.fromkeys([*before, *after]):
        if name not in after:
            yield Difference("removed", name, f"the rule `{name}` is gone")
        elif name not in before:
            yield Difference("added", name, f"a new rule `{name}`, when {listed(after[name]['when'])}")
        else:
            for key in ("when", "again"):
                yield from _changed(f"rule {name}: {key}", before[name].get(key), after[name].get(key))


def _steps(before: Sequence[Entry], after: Sequence[Entry], renames: Renames) -> Iterator[Difference]:
    olds, news = {entry.name: entry for entry in before}, {entry.name: entry for entry in after}
    stays = {name: renames.new(name) for name in olds if renames.new(name) in news}
    came = dict.fromkeys(stays.values())
    yield from (_gone(entry) for entry in before if entry.name not in stays)
    for old, new in stays.items():
        if old in renames.moved and news[new].named:
            yield Difference("renamed", new, f"`{old}` is now called `{new}`")
        yield from _entry(olds[old], news[new])
    for index, entry in enumerate(after):
        if entry.name not in came:
            was = next((old for old in before if old.name not in stays and _alike(old, entry)), None)
            hint = f"; is it `{was.name}`? Then write `moved: {{{was.name}: {entry.name}}}`" if was else ""
            yield Difference("added", entry.name, f"a new {_what(entry)} {_where(after, index)}{hint}")
    yield from _placed([stays[entry.name] for entry in before if entry.name in stays], olds, after, stays)


def _alike(old: Entry, new: Entry) -> bool:
    """Two of other names that do the same: send the same message, or differ in nothing but the name."""
    if old.verb != new.verb or not (old.named and new.named):
        return False
    if new.verb == SEND:
        return _message(old) == _message(new)
    return all(old.keys.get(key) == new.keys.get(key) for key in {*old.keys, *new.keys} if key != new.verb)


def _message(entry: Entry) -> object:
    return entry.keys.get("message", entry.name)


def _gone(entry: Entry) -> Difference:
    return Difference("removed", entry.name, f"the {_what(entry)} is gone")


def _what(entry: Entry) -> str:
    return f"{entry.verb} `{entry.name}`"


def _where(entries: Sequence[Entry], index: int) -> str:
    here = entries[index]
    above = next((entry for entry in reversed(entries[:index]) if entry.block == here.block), None)
    place = f"after `{above.name}`" if above else "at the beginning"
    return place if above or not here.block else f"at the beginning of {here.block}"


def _placed(
    kept: Sequence[str], olds: Mapping[str, Entry], after: Sequence[Entry], stays: Mapping[str, str]
) -> Iterator[Difference]:
    """Steps that stand in another order, or in another block."""
    blocks = {new: olds[old].block for old, new in stays.items()}
    new_order = [entry.name for entry in after if entry.name in blocks]
    matcher = SequenceMatcher(None, kept, new_order, autojunk=False)
    still = {name for match in matcher.get_matching_blocks() for name in new_order[match.b :][: match.size]}
    for index, entry in enumerate(after):
        known = entry.name in blocks
        if known and (entry.name not in still or blocks[entry.name] != entry.block):
            yield Difference("placed", entry.name, f"`{entry.name}` now comes {_where(after, index)}")


def _entry(old: Entry, new: Entry) -> Iterator[Difference]:
    if old.verb != new.verb:
        yield Difference("changed", new.name, f"`{new.name}` is a {new.verb} now, it was a {old.verb}")
        return
    for key in dict.fromkeys([*old.keys, *new.keys]):
        was, now = old.keys.get(key), new.keys.get(key)
        if was == now or (key == new.verb and str(now) == new.name):
            continue
        if key == "wait":
            yield Difference("changed", new.name, f"`{new.name}` waits {now}, was {was}{_longer(was, now)}")
        else:
            yield from _changed(new.name, was, now, key)


def _longer(was: object, now: object) -> str:
    """Where the two can be compared."""
    old, new = _length(parse_span(str(was))), _length(parse_span(str(now)))
    if old is None or new is None or old == new:
        return ""
    return ": longer" if new > old else ": shorter"


def _length(span: Span) -> Any:
    duration = span.time or span.up_to
    return duration.span() if duration else None


def _changed(what: str, was: Any, now: Any, key: str = "") -> Iterator[Difference]:
    """Maps are compared key by key, so that one line says one thing."""
    if was == now:
        return
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for inner in dict.fromkeys([*was, *now]):
            yield from _changed(what, was.get(inner), now.get(inner), f"{key}.{inner}" if key else inner)
        if list(was) != list(now) and sorted(was) == sorted(now):
            yield Difference("changed", what, f"{_named(what, key)} is in another order")
        return
    name = _named(what, key)
    if was is None:
        yield Difference("added", what, f"{name} is new: {quoted(now)}")
    elif now is None:
        yield Difference("removed", what, f"{name} is gone: it was {quoted(was)}")
    else:
        yield Difference("changed", what, f"{name} is {quoted(now)}, was {quoted(was)}")


def _named(what: str, key: str) -> str:
    return f"`{what}`: {key}" if key else what
