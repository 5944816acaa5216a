"""``measure`` and ``holdout`` of a campaign, and the ``winner`` of a test."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, read_named, read_table
from nurture.authoring.kinds import DICTIONARY, YES_NO, parsed, read_condition, read_duration, read_name
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.authoring.other_words import duration_hint
from nurture.authoring.source import suggestion
from nurture.domain.winner import GOAL, REACTIONS, parse_after

MOST_HELD_OUT = 50


def measures_in(root: Node) -> frozenset[str]:
    """The names that ``measure`` of a file declares."""
    found = root.entries.get("measure") if isinstance(root, Table) else None
    return frozenset(found.entries) if isinstance(found, Table) else frozenset()


def read_measures(check: Checking, node: Node) -> Plain:
    for key in node.keys.values() if isinstance(node, Table) else ():
        read_name(check, key, "the name of a measure")
    if isinstance(node, Scalar) and node.value is not None:
        check.wrong(
            node, "measures with their names", f"Write `measure: {{success: {{when: {node.text}}}}}`."
        )
        return None
    return read_named(check, node, _measure, "measures")


def _measure(check: Checking, name: str, node: Node) -> Plain:
    if name == GOAL or name in check.words.dictionary.happenings:
        what = "the journeys that reach a goal" if name == GOAL else "a happening"
        text = f"`{name}` means {what} already"
        check.report("duplicate-name", node, text, "Give the measure another name.")
        return None
    found = read_table(check, node, MEASURE, "a measure")
    return found if "when" in found else None


def read_holdout(check: Checking, node: Node) -> int | None:
    if isinstance(node, Scalar) and node.value is not None:
        text = node.text.strip().removesuffix("%").strip()
        if text.isdecimal() and 0 < int(text) <= MOST_HELD_OUT:
            return int(text)
    check.wrong(node, f"a share of the leads from 1% to {MOST_HELD_OUT}%, such as `10%`")
    return None


def read_winner(check: Checking, node: Node) -> Plain:
    found = read_table(check, node, WINNER, "`winner`")
    return found if "by" in found else None


def _by(check: Checking, node: Node) -> str | None:
    name = read_name(check, node, "a happening, a measure of this campaign, or `goal`")
    known = {*check.words.dictionary.happenings, *check.measures, GOAL}
    known |= set(REACTIONS) if check.of_variants else set()
    if name is None or name in known:
        return name
    hint = suggestion(name, known, "There are")
    if name == "opened":
        hint = "Machines open mails too. Take `clicked`, or something that happens later."
    if name in REACTIONS:
        hint = f"`{name}` is of one message: it goes with `variants`. Count something that happens later."
    text = f"nothing that can be counted is called `{name}`: no happening in {DICTIONARY}, no measure here"
    check.report("winner", node, text, hint)
    return None


def _after(check: Checking, node: Node) -> str | None:
    return parsed(check, node, parse_after, "`200 leads`, `14d` or `200 leads and 14d`", _after_hint)


def _after_hint(text: str) -> str:
    either = [part.strip() for part in text.split(" or ")]
    if len(either) > 1:
        return f"Choose one of the two. `{' and '.join(either)}` waits for both."
    return duration_hint(text)


def _auto(check: Checking, node: Node) -> bool | None:
    if isinstance(node, Scalar) and node.text in YES_NO:
        return YES_NO[node.text]
    check.wrong(node, "`yes` or `no`")
    return None


def _when(check: Checking, node: Node) -> Plain:
    """A condition, or no more than the name of a happening."""
    if isinstance(node, Scalar) and node.text in check.words.dictionary.happenings:
        return node.text
    return read_condition(check, node, "measure")


MEASURE: Mapping[str, Field] = {
    "when": Field(_when, required=True),
    "within": Field(read_duration),
}
WINNER: Mapping[str, Field] = {
    "by": Field(_by, required=True),
    "after": Field(_after),
    "tie": Field(lambda check, node: read_name(check, node, "one of the ways")),
    "auto": Field(_auto),
}
