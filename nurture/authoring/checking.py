"""What a file is checked against, and what the checks of its parts tell each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from nurture.authoring.nodes import Node, Place, Plain, Rows, Scalar, Table, described
from nurture.authoring.other_words import instead
from nurture.authoring.source import Source, suggestion
from nurture.conditions import Conditions
from nurture.domain.dictionary import Dictionary


@dataclass(frozen=True)
class Words:
    """What the rest of the content declares."""

    dictionary: Dictionary = field(default_factory=Dictionary)
    teams: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    """Addresses of the members of all teams."""
    messages: frozenset[str] = frozenset()
    campaigns: frozenset[str] | None = None
    """None: whether another campaign is there is not looked at."""

    @cached_property
    def conditions(self) -> Conditions:
        return Conditions(self.dictionary)


@dataclass(frozen=True)
class Asked:
    """One line of a condition, and where it is asked."""

    line: Scalar
    key: str
    """``if``, ``until``, ``when`` of a way, ``rule``, ``leave``, ``segment``."""
    step: str | None = None


@dataclass
class Checking:
    """One file under check. What the kinds meet on their way is kept for the checks of the whole."""

    source: Source
    words: Words = field(default_factory=Words)
    sections: frozenset[str] = frozenset()
    name: str = ""
    """Of the campaign: its unnamed first step is called after it."""
    asked: list[Asked] = field(default_factory=list)
    messages: dict[str, Node] = field(default_factory=dict)
    """Message -> where the file asks for it first."""
    places: dict[str, Place] = field(default_factory=dict)
    """Step -> its verb."""
    measures: frozenset[str] = frozenset()
    """Of the file, by name."""
    aims: dict[str, str] = field(default_factory=dict)
    """Section -> what it is for."""
    code_files: dict[str, Node] = field(default_factory=dict)
    """File of codes -> where the campaign names it."""
    of_variants: bool = False
    """Whether the winner that is being read is one of a send's variants."""
    elsewhere: list[tuple[str, Node]] = field(default_factory=list)
    """Fields that stand elsewhere than in conditions, and where."""
    rules: set[str] = field(default_factory=set)
    step: str | None = None
    """The step, section or rule that is being read."""
    unread: set[str] = field(default_factory=set)
    """Steps of which the file does not say readably which messages they send."""
    walkable: bool = True
    """False: a step is so broken that the ways through the campaign cannot be judged."""

    def report(self, rule: str, at: Node | Place, text: str, hint: str = "") -> None:
        self.source.report(rule, at, text, hint)

    def wrong(self, node: Node, expected: str, hint: str = "") -> None:
        self.report("wrong-kind", node, f"expected {expected}, found {described(node)}", hint)


CAMPAIGN = "a campaign"
Read = Callable[[Checking, Node], Plain]
"""The plain value; None when it was reported and is left out."""


@dataclass(frozen=True)
class Field:
    read: Read
    required: bool = False


def read_table(check: Checking, node: Node, fields: Mapping[str, Field], what: str) -> dict[str, Plain]:
    """The keys that are right; the others are reported."""
    if not isinstance(node, Table):
        check.wrong(node, f"the keys of {what}: {', '.join(fields)}")
        return {}
    found: dict[str, Plain] = {}
    for key, value in node.entries.items():
        if key not in fields and what == CAMPAIGN and isinstance(value, Rows):
            hint = f"Sections stand under `sections:`, with `{key}:` one level deeper."
            check.report("unknown-key", node.keys[key], f"{what} has no key `{key}`", hint)
        elif key not in fields:
            unknown_key(check, node.keys[key], fields, what)
        elif (read := fields[key].read(check, value)) is not None:
            found[key] = read
    missing(check, node, [key for key, field in fields.items() if field.required], what)
    return found


def unknown_key(check: Checking, key: Scalar, known: Mapping[str, object], what: str) -> None:
    hint = instead(key.text, known) or suggestion(key.text, known, "It may have")
    check.report("unknown-key", key, f"{what} has no key `{key.text}`", hint)


def missing(check: Checking, node: Table, required: list[str], what: str, at: Place | None = None) -> bool:
    gone = [key for key in required if key not in node.entries]
    for key in gone:
        check.report("missing-key", at or node, f"{what} needs `{key}:`")
    return bool(gone)


def read_named(check: Checking, node: Node, read: Callable[[Checking, str, Node], Plain], what: str) -> Plain:
    """A table whose keys are names of the author's."""
    if isinstance(node, Scalar) and node.value is None:
        return {}
    if not isinstance(node, Table):
        check.wrong(node, f"{what}, each as `name: ...`")
        return None
    found = {key: read(check, key, value) for key, value in node.entries.items()}
    return {key: value for key, value in found.items() if value is not None}


def rows(check: Checking, node: Node, what: str) -> tuple[Node, ...]:
    """The items of a list that must be one."""
    if isinstance(node, Rows):
        return node.items
    check.wrong(node, what, "Begin each with `- `.")
    return ()


def unknown(check: Checking, rule: str, node: Scalar, what: str, known: Mapping[str, object] | frozenset[str],
            where: str) -> None:  # fmt: skip
    """A reference to something that is not declared. ``where``: the file that declares it."""
    hint = suggestion(node.text, known, "There are")
    check.report(rule, node, f"there is no {what} `{node.text}` in {where}", hint)
