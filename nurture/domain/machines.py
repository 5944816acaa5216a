"""Whether the hits on one mail came from a person or from a machine (link scanner, proxy, preview)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

SOON_SECONDS = 5.0
"""After it was sent: a mail travels, is seen, is opened and read, and then clicked."""
AT_ONCE_SECONDS = 2.0
"""The same after it was delivered, when who has it before the eyes may click sooner than others."""
BEFORE_DELIVERY_SECONDS = 60.0
"""How long before the other server took a mail its scanner may have asked for the links."""
QUICK_SECONDS = 20.0
BARE_AGENT = "Mozilla/5.0"  # Apple's privacy proxy says exactly this and nothing more
ENOUGH = 3
WEIGHTS = {"quick": 1, "soon": 2, "no-language": 2}
"""Signs that are not enough alone; every other one is."""

LooksLikeMachine = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Hit:
    """One request for something of one mail."""

    method: str
    agent: str
    link: int | None
    """Index of the link; None for the open pixel."""
    after: float
    """Seconds since the mail was sent; negative when the request came before."""
    ip: str = ""
    """A hash; hits without one count as one address."""
    net: str = ""
    """A hash of the small network around the address; hits without one have none in common."""
    honeypot: bool = False
    delivered: float | None = None
    """Seconds since the other server took the mail, by the provider's clock; None: nobody has told."""
    speaks: bool = True
    """It said which languages it reads, as every browser does. True also where nobody knows."""
    flagged: bool = False
    """The provider saw the same and holds it for a machine's."""
    scanner: bool = False
    """From one of the networks of scanners that the settings name."""
    crowd: bool = False
    """Several leads of one company asked from this address in the same minute."""

    @property
    def clicks(self) -> bool:
        return self.link is not None or self.honeypot


class Judged(StrEnum):
    HUMAN = "human"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Verdict:
    judged: Judged
    reasons: tuple[str, ...] = ()


def verdict(reasons: Sequence[str]) -> Verdict:
    """Signs too weak to count, together, leave a person a person."""
    names = tuple(dict.fromkeys(reasons))
    if sum(WEIGHTS.get(name, ENOUGH) for name in names) < ENOUGH:
        return Verdict(Judged.HUMAN)
    return Verdict(Judged.MACHINE, names)


def own_signs(hit: Hit, looks_like_machine: LooksLikeMachine) -> list[str]:
    """What one hit gives away by itself."""
    agent = hit.agent.strip()
    signs = {
        "head": hit.method.upper() == "HEAD",
        "honeypot": hit.honeypot,
        "too-soon": _too_soon(hit),
        "no-agent": not agent,
        "bare-agent": agent == BARE_AGENT,
        "known-agent": bool(agent) and looks_like_machine(agent),
        "provider-flag": hit.flagged,
        "scanner-network": hit.scanner,
        "crowd": hit.crowd and hit.clicks,
        # An image is fetched by whatever shows the mail; only a page is asked for by a browser itself.
        "no-language": hit.clicks and not hit.speaks,
        "soon": hit.clicks and _soon(hit),
        "quick": hit.clicks and SOON_SECONDS <= hit.after < QUICK_SECONDS and not _soon(hit),
    }
    return [name for name, holds in signs.items() if holds]


def _too_soon(hit: Hit) -> bool:
    arrived = hit.delivered is not None and -BEFORE_DELIVERY_SECONDS <= hit.delivered < AT_ONCE_SECONDS
    return arrived or hit.after < SOON_SECONDS


def _soon(hit: Hit) -> bool:
    return hit.delivered is not None and AT_ONCE_SECONDS <= hit.delivered < SOON_SECONDS
