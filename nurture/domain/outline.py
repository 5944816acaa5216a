"""A campaign as a flat list of named steps, each with its own keys and the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nurture.domain.campaign import NEXT, verb_of
from nurture.domain.steps.registry import VERBS

THEN = "then"


@dataclass(frozen=True)
class Entry:
    name: str
    verb: str
    keys: Mapping[str, Any]
    """As the file has them, without the steps of its arms."""
    block: str
    """Where it stands: empty for the main way, ``section talk``, ``rule prices``, ``talk, rejected``."""
    named: bool
    """False: it is called after the line above it."""


def outline(document: Mapping[str, Any]) -> tuple[Entry, ...]:
    """In the order of the file."""
    found = list(_block(document.get("steps", ()), document["campaign"], ""))
    for name, steps in document.get("sections", {}).items():
        found += _block(steps, name, f"section {name}")
    for rule in document.get("rules", ()):
        found += _block(rule[THEN], rule["rule"], f"rule {rule['rule']}")
    return tuple(found)


def _block(docs: Sequence[Any], before: str, block: str) -> Iterator[Entry]:
    for doc in docs:
        verb = verb_of(doc)
        if verb is None:
            continue
        own = VERBS[verb].own_name(doc)
        name = own or f"{before}+{verb}"
        arms = dict(_arms(doc))
        keys = {key: _bare(value) for key, value in doc.items() if key not in arms}
        yield Entry(name, verb, keys, block, own is not None)
        for arm, steps in arms.items():
            yield from _block(steps, f"{name}.{arm}", f"{name}, {arm}")
        for way in _ways(doc):
            yield from _block(way[THEN], f"{name}.{way['way']}", f"{name}, {way['way']}")
        before = name


def _arms(doc: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    for key, value in doc.items():
        if isinstance(value, list) and all(_is_step(item) for item in value):
            yield key, value


def _is_step(item: Any) -> bool:
    return item == NEXT or (isinstance(item, Mapping) and next(iter(item), None) in VERBS)


def _ways(doc: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [way for way in doc.get("ways", ()) if THEN in way]


def _bare(value: Any) -> Any:
    """Without the steps of ways."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if isinstance(value, Mapping) and THEN in value:
        return {key: item for key, item in value.items() if key != THEN}
    return value
