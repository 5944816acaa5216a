"""What the columns of a file of leads with outcomes are: written by hand, or guessed and shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nurture.authoring.checking import Checking, Field, Words, read_table
from nurture.authoring.kinds import read_text
from nurture.authoring.nodes import Node, Plain, Scalar, Table, items
from nurture.authoring.source import Source

FIELD = re.compile(r"^(lead|account)\.[a-z][a-z0-9_]*$")
EXPECTED = "columns with the fields they fill, such as `Company size: lead.employees`"


@dataclass(frozen=True)
class Columns:
    """Columns by what they are."""

    outcome: str
    won: tuple[str, ...]
    """What stands in the outcome of those who were won; all else is lost, but empty is left out."""
    lost: tuple[str, ...] = ()
    """If it is said, all else is not decided yet and left out."""
    fit: Mapping[str, str] = field(default_factory=dict)
    """Column -> field: who the lead is."""
    totals: Mapping[str, str] = field(default_factory=dict)
    """Column -> field: what the lead did."""
    id: str | None = None
    date: str | None = None
    old: tuple[str, ...] = ()
    """Columns whose sum is the score to beat."""
    empty: tuple[str, ...] = ()
    """Words that mean that nothing is known, beside nothing itself."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column -> why."""

    @property
    def fields(self) -> Mapping[str, str]:
        return {**self.fit, **self.totals}


def check_mapping(source: Source, root: Node, columns: Sequence[str]) -> Columns | None:
    """None: it has problems, which are in the source."""
    check = Checking(source, Words())
    found = read_table(check, root, FIELDS, "the mapping")
    _known(check, root, columns)
    twice = [name for name in found.get("fit", {}).values() if name in found.get("totals", {}).values()]
    for name in twice:
        check.report("keys-together", root, f"`{name}` stands under `fit` and under `totals`")
    if source.problems:
        return None
    return Columns(
        found["outcome"],
        tuple(found["won"]),
        tuple(found.get("lost", ())),
        fit=found.get("fit", {}),
        totals=found.get("totals", {}),
        id=found.get("id"),
        date=found.get("date"),
        old=tuple(found.get("old_score", ())),
        empty=tuple(found.get("empty", ())),
        left_out=dict.fromkeys(found.get("leave_out", ()), "left out by the mapping"),
    )


def _known(check: Checking, root: Node, columns: Sequence[str]) -> None:
    if not isinstance(root, Table):
        return
    for key, node in root.entries.items():
        if key in ("outcome", "id", "date", "old_score", "leave_out"):
            named = [one for one in items(node) if isinstance(one, Scalar)]
        elif key in ("fit", "totals") and isinstance(node, Table):
            named = list(node.keys.values())
        else:
            continue
        for one in named:
            if one.text not in columns:
                hint = f"The columns are {', '.join(columns[:12])}{' and more' if len(columns) > 12 else ''}."
                check.report("unknown-field", one, f"the file has no column `{one.text}`", hint)


def _columns(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Table):
        check.wrong(node, EXPECTED)
        return {}
    found = {}
    for column, value in node.entries.items():
        name = read_text(check, value)
        if name is not None and not FIELD.match(name):
            check.report("name", value, f"`{name}` is not a field such as `lead.industry`")
        elif name is not None:
            found[column] = name
    return found


def _texts(check: Checking, node: Node) -> Plain:
    return [text for text in (read_text(check, one) for one in items(node)) if text is not None]


FIELDS: Mapping[str, Field] = {
    "outcome": Field(read_text, required=True),
    "won": Field(_texts, required=True),
    "lost": Field(_texts),
    "fit": Field(_columns),
    "totals": Field(_columns),
    "id": Field(read_text),
    "date": Field(read_text),
    "old_score": Field(_texts),
    "empty": Field(_texts),
    "leave_out": Field(_texts),
}
