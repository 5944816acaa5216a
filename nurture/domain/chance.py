"""Chance that lasts: a lead draws the same way whenever she is asked, whatever the version of the file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

WHOLE = 100
HOLDOUT = "holdout"
"""What the draw for the holdout is called, and how a journey ends that was drawn into it. In a file no
step can stand under this name and a slash."""


def point(campaign: str, what: str, lead: str) -> int:
    """From 0 to 99, each as likely."""
    digest = hashlib.sha256(f"{campaign}/{what}/{lead}".encode()).digest()
    return int.from_bytes(digest[:8]) % WHOLE


def draw(shares: Mapping[str, int], campaign: str, step: str, lead: str) -> str:
    """``shares``: way -> percent; they add up to 100."""
    left = point(campaign, step, lead)
    for way, share in shares.items():
        left -= share
        if left < 0:
            return way
    return next(iter(shares))


def held_out(share: int, campaign: str, lead: str) -> bool:
    return point(campaign, f"{HOLDOUT}/", lead) < share
