"""Amounts of money as people write them, with the point or the comma of their country."""

from __future__ import annotations

import re

from nurture.domain.errors import NurtureError

GROUPED = re.compile(r"(\d{1,3})((?:,\d{3})+(?:\.\d{1,2})?|(?:\.\d{3})+(?:,\d{1,2})?)")
PLAIN = re.compile(r"\d{1,15}(?:[.,]\d{1,2})?")
GAPS = str.maketrans("", "", " \u00a0\u202f'\u2019_")


class NotAnAmount(NurtureError):
    """No number, or one that nobody writes so."""


def amount_of(text: str) -> float | None:
    """12000, 12 000, 12,000.50 and 12.000,50; three digits behind a mark are thousands. None: nothing is
    written. Raises NotAnAmount."""
    plain = text.translate(GAPS)
    if not plain:
        return None
    if GROUPED.fullmatch(plain):
        thousands = next(mark for mark in plain if mark in ",.")
        return float(plain.replace(thousands, "").replace(",", "."))
    if PLAIN.fullmatch(plain):
        return float(plain.replace(",", "."))
    raise NotAnAmount(f"`{text}` is not an amount", "write it as 12000 or 950.50")
