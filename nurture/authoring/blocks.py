"""Blocks of steps: verbs, their keys, their arms, and the name of every step."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from nurture.authoring.checking import Checking, missing, rows
from nurture.authoring.kinds import KINDS, read_condition
from nurture.authoring.measuring import read_winner
from nurture.authoring.misspelt import as_meant
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, plain
from nurture.authoring.other_words import instead
from nurture.authoring.outward import NOTICE, OUTWARD
from nurture.authoring.senders import read_sender
from nurture.authoring.source import nearest, suggestion
from nurture.authoring.ways import read_ways
from nurture.domain.actions.registry import ACTIONS
from nurture.domain.campaign import NEXT
from nurture.domain.keys import Key, Kind
from nurture.domain.steps.registry import VERBS
from nurture.domain.steps.step import COMMON_KEYS, Step

MOST_STEPS = 500
BLOCK = "a list of steps, each beginning with `- ` and its verb"
WITH_WAYS = ("choose", "split")
OF_WAYS = {"when": "then", "then": "when", "way": "then", "share": "then"}
"""Key of a way -> the one that it goes with."""
ARMS = (Kind.STEPS, Kind.WAYS, Kind.SHARED_WAYS)


def read_block(
    check: Checking, node: Node, before: str, *, arm: bool, only: Collection[str] = VERBS
) -> Plain:
    """The documents of the steps. ``before``: what unnamed ones are called after; ``only``: allowed verbs."""
    if isinstance(node, Scalar) and node.text == NEXT and arm:
        return []
    found = []
    for item in rows(check, node, BLOCK + (", or `next`" if arm else "")):
        if isinstance(item, Scalar) and item.text == NEXT and arm:
            continue
        doc, before = _step(check, item, before, arm=arm, only=only)
        if doc is None:
            check.walkable = False
        else:
            found.append(doc)
    return found


def _step(
    check: Checking, item: Node, before: str, *, arm: bool, only: Collection[str]
) -> tuple[dict[str, Plain] | None, str]:
    """The document of one step and its name; no document if it cannot be walked."""
    if not isinstance(item, Table) or not item.entries:
        check.wrong(item, f"a step: one of {', '.join(only)} with what belongs to it")
        return None, before
    verb = _verb(check, item, only)
    if verb is None:
        meant = None if VERBS.keys() & item.entries.keys() else as_meant(item, only)
        if meant is None:
            return None, before
        item, verb = meant
    name = _name(check, VERBS[verb], item, before)
    outer, check.step = check.step, name
    doc = _keys(check, VERBS[verb], item, name, arm=arm)
    check.step = outer
    if "webhook" in item.keys and "wait" not in only:
        check.report("rule-steps", item.keys["webhook"], "a rule cannot call a `webhook`: it acts in passing",
                     "Let it `go` to a section that does.")  # fmt: skip
    return doc, name


def _verb(check: Checking, item: Table, only: Collection[str]) -> str | None:
    first, head = next(iter(item.keys.items()))
    if first in VERBS:
        if first not in only:
            words = ", ".join(f"`{verb}`" for verb in only)
            check.report("rule-steps", head, f"`{first}` may not stand here, only {words}",
                         "A rule acts in passing: let it `go` to a section that does the rest.")  # fmt: skip
            return None
        return first
    later = next((key for key in item.entries if key in VERBS), None)
    if later is not None and (first in VERBS[later].keys or first in COMMON_KEYS):
        check.report("key-order", item.keys[later], f"`{later}` must be the first key of its step",
                     f"Write `- {later}: ...` first, `{first}:` below it.")  # fmt: skip
        return later
    hint = f"It belongs to a `do`: write `- do: NAME`, and `{first}:` below it." if first in ACTIONS else ""
    hint = hint or instead(first, only) or suggestion(first, only, "Steps are")
    check.report("unknown-verb", head, f"there is no step `{first}`", hint)
    return None


def _name(check: Checking, verb: type[Step], item: Table, before: str) -> str:
    given = verb.own_name({key: plain(value) for key, value in item.entries.items()})
    name = str(given) if given else f"{before}+{verb.verb}"
    place = item.keys[verb.verb].at
    if name in check.places:
        first = check.places[name].line
        hint = "Give this one a name of its own" + (" with `name:`." if "name" in verb.keys else ".")
        check.report("duplicate-name", place, f"a step `{name}` stands on line {first} already", hint)
    check.places.setdefault(name, place)
    return name


def _keys(check: Checking, verb: type[Step], item: Table, name: str, *, arm: bool) -> dict[str, Plain] | None:
    known: Mapping[str, Key] = {**verb.keys, **COMMON_KEYS}
    doc: dict[str, Plain] = {verb.verb: _read(check, verb.head, item, verb.verb, name, arm)}
    sound = doc[verb.verb] is not None
    for key in item.entries:
        if key in known:
            doc[key] = _read(check, known[key], item, key, name, arm)
            if doc[key] is None and known[key].kind in (Kind.SHARES, Kind.MESSAGE):
                check.unread.add(name)
            sound = sound and not (known[key].required and doc[key] is None)
        elif key != verb.verb:
            _unknown(check, item.keys[key], verb, known)
    required = [key for key, of in verb.keys.items() if of.required]
    if missing(check, item, required, f"`{verb.verb}`", item.keys[verb.verb].at) or not sound:
        return None
    if None not in doc.values():
        _faults(check, verb, item, doc)
    return {key: value for key, value in doc.items() if value is not None}


def _read(check: Checking, of: Key, item: Table, key: str, name: str, arm: bool) -> Plain:
    node, at = item.entries[key], item.keys[key]
    if of.kind is Kind.NAME and isinstance(node, Rows) and "ways" not in item.entries and key in WITH_WAYS:
        check.wrong(node, "a name", f"Write `{key}: NAME`, and the list below it under `ways:`.")
        return None
    if of.kind is Kind.CONDITION:
        return read_condition(check, node, key)
    if of.kind is Kind.WINNER:
        check.of_variants = "variants" in item.entries
        return read_winner(check, node)
    if of.kind is Kind.SENDER:
        return read_sender(check, node)
    if of.kind not in ARMS:
        return {**KINDS, **OUTWARD}[of.kind](check, node, of)
    if arm:
        check.report(
            "nesting",
            at,
            f"`{key}` opens an arm inside an arm",
            "Arms nest once. Write these steps as a section, and `go` to it.",
        )
    if of.kind is Kind.STEPS:
        return read_block(check, node, f"{name}.{key}", arm=True)
    return read_ways(check, node, name, of.kind, read_block)


def _unknown(check: Checking, key: Scalar, verb: type[Step], known: Mapping[str, Key]) -> None:
    if key.text in VERBS:
        check.report("unknown-key", key, f"a second verb, `{key.text}`, in the step of `{verb.verb}`",
                     f"Begin a step of its own: `- {key.text}: ...`.")  # fmt: skip
        return
    owners = [other for other, of in VERBS.items() if key.text in of.keys and other != verb.verb]
    hint = instead(key.text, known) or suggestion(key.text, known, "It may have")
    if "ways" in known and key.text in OF_WAYS:
        hint = f"It stands in a way: below `ways:`, beside `- way: NAME` and `{OF_WAYS[key.text]}:`."
    elif key.text in NOTICE and "notify" in known:
        hint = f"It stands under `notify:`, such as `notify: {{team: inside-sales, {key.text}: ...}}`."
    elif owners and nearest(key.text, known) is None:
        hint = f"It belongs to {' and '.join(f'`{other}`' for other in owners)}."
    check.report("unknown-key", key, f"`{verb.verb}` has no key `{key.text}`", hint)


def _faults(check: Checking, verb: type[Step], item: Table, doc: dict[str, Plain]) -> None:
    for fault in verb.faults(doc):
        if fault.key in item.keys or not fault.key:
            check.report("keys-together", item.keys[fault.key or verb.verb], fault.text, fault.hint)
            check.walkable = check.walkable and fault.key != "time_up"
