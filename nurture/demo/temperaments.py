"""How the simulated people take a mail: what they do with it, and after how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Temperament:
    """Chances are from 0 to 1, each of what comes before it: nobody clicks in a mail that they did not open.

    ``hours``: the middle of how long it takes them to react."""

    name: str
    hours: float
    opens: float = 0.0
    clicks: float = 0.0
    answers: float = 0.0
    replies: float = 0.0
    unsubscribes: float = 0.0
    visits: float = 0.0
    """Looks at the prices after a click, or comes back to them."""
    activates: float = 0.0
    """Gets a trial going."""
    exists: bool = True
    """Whether there is such a mailbox."""


EAGER = Temperament(
    "eager", 3, opens=0.97, clicks=0.8, answers=0.9, replies=0.02, visits=0.45, activates=0.85
)
SLOW = Temperament("slow", 40, opens=0.8, clicks=0.5, answers=0.5, visits=0.2, activates=0.45)
SILENT = Temperament("silent", 30, opens=0.12, activates=0.08)
REPLIER = Temperament(
    "replier", 7, opens=0.92, clicks=0.35, answers=0.4, replies=0.5, visits=0.15, activates=0.5
)
UNSUBSCRIBER = Temperament("unsubscriber", 10, opens=0.8, clicks=0.1, unsubscribes=0.6, activates=0.1)
BOUNCER = Temperament("bouncer", 1, exists=False)

SHARES: Mapping[Temperament, float] = {
    EAGER: 0.28,
    SLOW: 0.28,
    SILENT: 0.22,
    REPLIER: 0.08,
    UNSUBSCRIBER: 0.08,
    BOUNCER: 0.06,
}
