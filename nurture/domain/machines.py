"""Whether the hits on one mail came from a person or from a machine (link scanner, proxy, preview)."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

BURST_LINKS = 3
BURST_SECONDS = 2.0
TOO_SOON_SECONDS = 5.0
NEAR_SECONDS = 600.0
"""How far certain evidence reaches among the hits of one address. Not further: a company's scanner and its
people may share an address."""
BARE_AGENT = "Mozilla/5.0"  # Apple's privacy proxy says exactly this and nothing more

LooksLikeMachine = Callable[[str], bool]
Seen = dict[tuple[str, str], list[float]]
"""(reason, address) -> when, ascending."""


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
    honeypot: bool = False


class Judged(StrEnum):
    HUMAN = "human"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Verdict:
    judged: Judged
    reasons: tuple[str, ...] = ()


def judge(hits: Sequence[Hit], *, links: int, looks_like_machine: LooksLikeMachine) -> list[Verdict]:
    """One verdict per hit, in the given order. `links`: how many links for people the mail has."""
    seen = _together(hits, links)
    return [_verdict([*_near(hit, seen), *_own(hit, looks_like_machine)]) for hit in hits]


def judge_mail(hits: Sequence[Hit], *, links: int, looks_like_machine: LooksLikeMachine) -> Verdict:
    """Human when at least one hit is; else a machine, with all reasons."""
    verdicts = judge(hits, links=links, looks_like_machine=looks_like_machine)
    if any(verdict.judged is Judged.HUMAN for verdict in verdicts):
        return Verdict(Judged.HUMAN)
    return _verdict([reason for verdict in verdicts for reason in verdict.reasons])


def _verdict(reasons: Sequence[str]) -> Verdict:
    return Verdict(Judged.MACHINE if reasons else Judged.HUMAN, tuple(dict.fromkeys(reasons)))


def _own(hit: Hit, looks_like_machine: LooksLikeMachine) -> list[str]:
    agent = hit.agent.strip()
    signs = {
        "head": hit.method.upper() == "HEAD",
        "honeypot": hit.honeypot,
        "too-soon": hit.after < TOO_SOON_SECONDS,
        "no-agent": not agent,
        "bare-agent": agent == BARE_AGENT,
        "known-agent": bool(agent) and looks_like_machine(agent),
    }
    return [name for name, holds in signs.items() if holds]


def _together(hits: Sequence[Hit], links: int) -> Seen:
    """What the hits give away only when seen side by side."""
    by_time = sorted(hits, key=lambda hit: hit.after)
    clicks = [hit for hit in by_time if hit.link is not None and not hit.honeypot]
    seen: Seen = defaultdict(list)
    for hit in by_time:
        if hit.honeypot:
            seen["honeypot", hit.ip].append(hit.after)
    # A scanner may spread one burst over several addresses, so a burst is looked for in the whole mail.
    for hit in _dense(clicks, BURST_LINKS, BURST_SECONDS):
        seen["burst", hit.ip].append(hit.after)
    if links >= BURST_LINKS:
        for ip in {hit.ip for hit in clicks}:
            own = [hit for hit in clicks if hit.ip == ip]
            seen["every-link", ip].extend(hit.after for hit in _dense(own, links, NEAR_SECONDS))
    return seen


def _dense(clicks: Sequence[Hit], links: int, seconds: float) -> Iterator[Hit]:
    """The clicks, by time, that stand in some window of so many seconds with so many different links."""
    start, taken = 0, 0
    inside: dict[int | None, int] = defaultdict(int)
    for end, hit in enumerate(clicks):
        inside[hit.link] += 1
        while hit.after - clicks[start].after > seconds:
            first = clicks[start].link
            inside[first] -= 1
            if not inside[first]:
                del inside[first]
            start += 1
        if len(inside) >= links:
            taken = max(taken, start)
            yield from clicks[taken : end + 1]
            taken = end + 1


def _near(hit: Hit, seen: Seen) -> Iterator[str]:
    for (reason, ip), times in seen.items():
        if ip == hit.ip:
            at = bisect_left(times, hit.after - NEAR_SECONDS)
            if at < len(times) and times[at] <= hit.after + NEAR_SECONDS:
                yield reason
