"""The lifecycle: how far a lead has come, and the two detours."""

from __future__ import annotations

CUSTOMER = "customer"
PATH = ("subscriber", "lead", "MQL", "SAL", "SQL", "opportunity", CUSTOMER)
DETOURS = ("recycled", "disqualified")
STAGES = PATH + DETOURS
LEVELS = ("hot", "warm", "cold")
"""How warm a lead is by her score, the warmest first; cold is for all who reach no other."""


def at_least(stage: str, least: str) -> bool:
    """Whether ``stage`` is ``least`` or beyond. A recycled lead counts as a lead, a disqualified one as
    nothing."""
    if stage == "disqualified":
        return False
    return PATH.index("lead" if stage == "recycled" else stage) >= PATH.index(least)


FARTHEST_LAST = (
    "subscriber",
    "lead",
    "recycled",
    "MQL",
    "disqualified",
    "SAL",
    "SQL",
    "opportunity",
    CUSTOMER,
)


def of_both(one: str, other: str) -> str:
    """The stage of somebody who was two leads: the farther one. That sales wants nothing of her counts more
    than what marketing thinks of her, and less than that sales deals with her."""
    return max(one, other, key=FARTHEST_LAST.index)
