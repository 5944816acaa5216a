"""Chance that is the same in every run: a number is drawn from the seed and what it decides about."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

MASK = (1 << 64) - 1
SIXTEEN = 1 << 16
"""A chance is compared with 16 bits of a drawn number."""


def mixed(number: int) -> int:
    """64 bits out of 64 bits, without visible order (splitmix64)."""
    number = (number + 0x9E3779B97F4A7C15) & MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return number ^ (number >> 31)


@lru_cache(maxsize=4096)
def salt(*words: object) -> int:
    """A number for what is decided about, the same on every machine."""
    text = "/".join(map(str, words))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def bits(chance: float) -> int:
    """A chance from 0 to 1, to compare 16 bits with."""
    return round(chance * SIXTEEN)


class Choice:
    """One of several by their shares. ``whole``: what the shares are of; the rest is None."""

    def __init__(self, shares: Mapping[str, float], whole: float | None = None) -> None:
        self.names: Sequence[str | None] = [*shares, None]
        edges = list(accumulate(shares.values()))
        self.most = max(whole or 0.0, edges[-1] if edges else 0.0) or 1.0
        self.edges = [edge / self.most * SIXTEEN for edge in edges]

    def of(self, drawn: int) -> str | None:
        """``drawn``: 16 bits."""
        return self.names[bisect_right(self.edges, drawn)]
