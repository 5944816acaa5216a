"""The file of how people behave, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import available_timezones

from nurture.authoring.checking import Checking, Field, Words, read_named, read_table
from nurture.authoring.kinds import DICTIONARY, read_duration
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.authoring.problems import Problem
from nurture.authoring.reader import read_yaml
from nurture.authoring.simulation.behaviour import CHANCES, Behaviour, load_behaviour
from nurture.authoring.source import Source, suggestion
from nurture.domain.dictionary import Dictionary

WHOLE = 100
OF_MANY = frozenset(("opens", "clicks", "answers", "accepts"))
"""Shares of which less than one in a hundred is a mistake."""


def read_behaviour(path: Path, dictionary: Dictionary) -> tuple[Behaviour | None, list[Problem]]:
    source, root = read_yaml(str(path), path.read_bytes())
    found = {} if root is None else check_behaviour(source, root, dictionary)
    return (None if source.problems else load_behaviour(found)), sorted(source.problems)


def check_behaviour(source: Source, root: Node, dictionary: Dictionary) -> Mapping[str, Plain]:
    check = Checking(source, Words(dictionary))
    return read_table(check, root, FIELDS, "the behaviour of simulated people")


def _percent(check: Checking, node: Node) -> float | None:
    if isinstance(node, Scalar):
        text = node.text.removesuffix("%").strip()
        if text.replace(".", "", 1).isdecimal() and float(text) <= WHOLE:
            return float(text)
    check.wrong(node, "a percentage from 0 to 100, such as 40 or 2.5%")
    return None


def _of_many(check: Checking, node: Node) -> float | None:
    found = _percent(check, node)
    if found and found < 1 and isinstance(node, Scalar) and not node.text.endswith("%"):
        hint = f"These are percentages: write {found * WHOLE:g}, or `{node.text}%` if you mean it."
        check.wrong(node, "a percentage such as 40", hint)
    return found


def _span(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and node.text.startswith("-"):
        check.wrong(node, "how long it takes, such as 90m, 4h or 3d")
        return None
    return read_duration(check, node)


def _links(check: Checking, node: Node) -> Plain:
    found = read_named(check, node, lambda check, _name, share: _percent(check, share), "links")
    if isinstance(found, dict) and sum(found.values()) > WHOLE:
        check.report("shares", node, "the shares of the links add up to more than 100")
    return found


def _people(check: Checking, node: Node) -> Plain:
    found = read_named(
        check,
        node,
        lambda check, name, one: read_table(check, one, TEMPERAMENT, f"the temperament `{name}`"),
        "kinds of people",
    )
    shares = [one.get("share", 1) for one in found.values()] if isinstance(found, dict) else [1]
    if not any(shares):
        check.wrong(node, "at least one kind of people with a `share` above 0")
        return None
    return found


def _shares(known: Callable[[Checking], object], what: str, rule: str, where: str) -> Callable[..., Plain]:
    def read(check: Checking, node: Node) -> Plain:
        if isinstance(node, Table):
            names = known(check)
            for name, key in node.keys.items():
                if name not in names:  # type: ignore[operator]
                    hint = suggestion(name, names, "There are")  # type: ignore[arg-type]
                    check.report(rule, key, f"there is no {what} `{name}` in {where}", hint)
        return read_named(check, node, lambda check, _name, share: _percent(check, share), f"{what}s")

    return read


def _values(check: Checking, node: Node) -> Plain:
    if isinstance(node, Table):
        for name, key in node.keys.items():
            if name not in check.words.dictionary.fields:
                hint = suggestion(name, check.words.dictionary.fields, "There are")
                check.report("unknown-field", key, f"there is no field `{name}` in {DICTIONARY}", hint)
    return read_named(check, node, _value_shares, "fields with their values and shares")


def _value_shares(check: Checking, name: str, node: Node) -> Plain:
    found = read_named(check, node, lambda check, _value, share: _percent(check, share), "values")
    if isinstance(found, dict) and sum(found.values()) > WHOLE:
        check.report("shares", node, f"the shares of {name} add up to more than 100")
    return found


HAPPENS = _shares(
    lambda check: check.words.dictionary.happenings, "happening", "unknown-happening", DICTIONARY
)
ZONES = _shares(lambda _check: available_timezones(), "time zone", "wrong-kind", "the list of zones")
TEMPERAMENT: Mapping[str, Field] = {
    "share": Field(_percent, required=True),
    "reacts": Field(_span),
    **{chance: Field(_of_many if chance in OF_MANY else _percent) for chance in CHANCES},
    "happens": Field(HAPPENS),
    "links": Field(_links),
}
SALES: Mapping[str, Field] = {
    "answers": Field(_of_many),
    "accepts": Field(_of_many),
    "after": Field(_span),
}
FIELDS: Mapping[str, Field] = {
    "people": Field(_people, required=True),
    "sales": Field(lambda check, node: read_table(check, node, SALES, "the answers of sales")),
    "zones": Field(ZONES),
    "fields": Field(_values),
}
