"""Steps whose verb is misspelt, read as they were meant: what names them is not to blame."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from nurture.authoring.nodes import Scalar, Table
from nurture.authoring.other_words import instead

SURE = 0.7
"""How near a word must be to be taken for a verb."""
NAMED = ("send", "wait", "task", "handoff", "go", "end")
"""Verbs with one word behind them, as the words of other tools for them have."""


def as_meant(item: Table, only: Collection[str]) -> tuple[Table, str] | None:
    """The step under the verb that was meant; None if that is not sure."""
    first, *rest = item.entries
    verb = next(iter(get_close_matches(first.lower(), only, n=1, cutoff=SURE)), None)
    if verb is None and isinstance(item.entries[first], Scalar):
        verb = next(
            (one for one in NAMED if one in only and instead(first, (one,)) == f"Write `{one}`."), None
        )
    if verb is None or verb in rest:
        return None
    entries = {verb: item.entries[first], **{key: item.entries[key] for key in rest}}
    keys = {verb: item.keys[first], **{key: item.keys[key] for key in rest}}
    return Table(item.at, entries, keys, item.flow), verb
