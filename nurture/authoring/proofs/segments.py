"""Segments that nobody can be in, or everybody is; and stages that nobody, or everybody, comes to."""

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
        if at := asked.get(name):
            _check(check, proving, at[0], lines, f"is in the segment `{name}`")


def check_entry(check: Checking, stage: str, asked: Sequence[Asked]) -> None:
    """``asked``: the lines of its `when`."""
    lines = tuple(one.line.text.strip() for one in asked)
    proving = Proving(check.words.conditions, {})
    _check(check, proving, asked[0], lines, f"comes to `{stage}`")


def _check(check: Checking, proving: Proving, asked: Asked, lines: tuple[str, ...], does: str) -> None:
    """``does``: what a lead does of whom it holds."""
    condition = Condition(lines)
    if blamed := proving.blame(proving.pieces(condition)):
        words = " and ".join(piece.words for piece in blamed)
        how = "can never hold" if len(blamed) == 1 else "cannot hold together"
        check.report("impossible", asked.line, f"nobody {does}: {words} {how}", "`||` is or, `&&` is and.")
    elif not proving.possible([proving.false(condition)]):
        text = f"everybody {does}: its condition always holds"
        check.report("always", asked.line, text, "Mend it: is an `&&` meant instead of `||`?")
