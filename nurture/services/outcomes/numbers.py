"""Numbers as files have them: 12, 0.5, 0,5, 1,200, 1.200,50, 12 %."""

from __future__ import annotations

import re

PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
GROUPED = re.compile(r"-?[1-9]\d{0,2}((,\d{3})+(\.\d{1,15})?|(\.\d{3})+,\d{1,15})")
COMMA = re.compile(r"-?\d{1,15},\d{1,15}")
PERCENT = re.compile(r"\s?%$")


def number_of(cell: str) -> float | None:
    """None: it is none. Three digits behind a comma are thousands, unless there is nothing before it."""
    if PLAIN.fullmatch(cell):
        return float(cell)
    text = PERCENT.sub("", cell)
    if GROUPED.fullmatch(text):
        thousands = next(mark for mark in text if mark in ",.")
        return float(text.replace(thousands, "").replace(",", "."))
    if COMMA.fullmatch(text) or PLAIN.fullmatch(text):
        return float(text.replace(",", "."))
    return None
