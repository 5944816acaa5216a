"""Segments that nobody can be in, or everybody is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nurture.authoring.checking import Asked, Checking
from nurture.authoring.proofs.dates import check_dates
from nurture.conditions import Conditions
from nurture.conditions.logic.proving import Proving
from nurture.domain.conditions import Condition


def check_segments(check: Checking, conditions: Conditions, asked: Mapping[str, Sequence[Asked]]) -> None:
    """``asked``: segment -> its lines."""
    check_dates(check, conditions)
    proving = Proving(conditions, {})
    for name, lines in conditions.dictionary.segments.items():
        condition = Condition(lines)
        at = asked[name][0].line if asked.get(name) else None
        if at is None:
            continue
        if blamed := proving.blame(proving.pieces(condition)):
            words = " and ".join(piece.words for piece in blamed)
            how = "can never hold" if len(blamed) == 1 else "cannot hold together"
            check.report("impossible", at, f"nobody is in the segment `{name}`: {words} {how}",
                         "`||` is or, `&&` is and.")  # fmt: skip
        elif not proving.possible([proving.false(condition)]):
            check.report("always", at, f"everybody is in the segment `{name}`: its condition always holds",
                         "Mend it: is an `&&` meant instead of `||`?")  # fmt: skip
