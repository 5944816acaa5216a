"""Why somebody gets nothing more, and which of two reasons stands."""

from __future__ import annotations

WEIGHT = ("bounced", "unsubscribed", "complained", "erased")
"""From light to heavy: a mailbox may come back to life, a word is a word."""


def lighter(reason: str) -> tuple[str, ...]:
    """The reasons that ``reason`` takes the place of."""
    return WEIGHT[: WEIGHT.index(reason)] if reason in WEIGHT else ()


def stands(before: str | None, reason: str) -> str:
    """Which of the two stays, whichever was told first."""
    return reason if before is None or before in lighter(reason) else before
