"""How far the touch of a thing that no person touches reaches over the mail that it was in.

A scanner may go through a mail slowly, from everywhere, with a browser for each link; but it takes each link
as often as it takes the hidden one. So near such a touch the first to ask for a link is held for the scanner,
and the next one for a person: it is her mail, too."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from nurture.domain.machines import Hit

CERTAIN = ("honeypot", "head")
REACH = {"both": 7200.0, "address": 3600.0, "network": 3600.0, "agent": 1800.0, "mail": 900.0}
"""Seconds between the touch and a click by the same address and browser, and so on down to a click that has
nothing in common with it but the mail."""
Key = tuple[str, ...]


def tainted(hits: Sequence[Hit], signs: Sequence[Collection[str]]) -> Iterator[tuple[int, str]]:
    """Which hits, by their place, belong to a touch besides those whose ``signs`` tell, and the reason."""
    for reason in CERTAIN:
        touches = [
            hit for hit, names in zip(hits, signs, strict=True) if reason in names and _is(hit, reason)
        ]
        if touches:
            yield from ((at, reason) for at in _taken(hits, signs, touches, reason))


def _is(hit: Hit, reason: str) -> bool:
    return hit.honeypot if reason == "honeypot" else hit.clicks and hit.method.upper() == "HEAD"


def _taken(
    hits: Sequence[Hit], signs: Sequence[Collection[str]], touches: Sequence[Hit], reason: str
) -> Iterator[int]:
    """The nearest of each link, as often as the machine took it."""
    times = _times(touches, reason)
    left = _walks(touches)
    near: list[tuple[float, int]] = []
    for at, (hit, names) in enumerate(zip(hits, signs, strict=True)):
        if hit.link is None or hit.honeypot or hit.method.upper() == "HEAD":
            continue
        if names:
            left[hit.link] -= 1
        elif (far := _far(hit, times, reason)) <= 1:
            near.append((far, at))
    for _, at in sorted(near):
        link = hits[at].link
        if left[link] > 0:
            left[link] -= 1
            yield at


def _walks(touches: Sequence[Hit]) -> defaultdict[int | None, int]:
    """Link -> how often the machine takes it."""
    hidden = sum(hit.honeypot and hit.method.upper() != "HEAD" for hit in touches)
    asked = Counter(hit.link for hit in touches if not hit.honeypot)
    found: defaultdict[int | None, int] = defaultdict(lambda: max(1, hidden))
    found.update({link: max(1, hidden, count) for link, count in asked.items()})
    return found


def _keys(hit: Hit, reason: str) -> Iterator[tuple[Key, float]]:
    # Who is elsewhere and asks with HEAD tells of the link that is asked for, and not of others.
    link = str(hit.link) if reason == "head" else ""
    yield ("both", hit.ip, hit.agent), REACH["both"]
    yield ("address", hit.ip), REACH["address"]
    if hit.net:
        yield ("network", hit.net), REACH["network"]
    yield ("agent", hit.agent, link), REACH["agent"]
    yield ("mail", link), REACH["mail"]


def _times(touches: Sequence[Hit], reason: str) -> dict[Key, list[float]]:
    """By whom -> when, ascending."""
    found: dict[Key, list[float]] = defaultdict(list)
    for touch in sorted(touches, key=lambda one: one.after):
        for key, _ in _keys(touch, reason):
            found[key].append(touch.after)
    return found


def _far(hit: Hit, times: dict[Key, list[float]], reason: str) -> float:
    """How far from a touch, as a share of its reach; above 1: out of it."""
    return min(_gap(times.get(key, ()), hit.after) / reach for key, reach in _keys(hit, reason))


def _gap(times: Sequence[float], after: float) -> float:
    at = bisect_left(times, after)
    return min((abs(one - after) for one in times[max(at - 1, 0) : at + 1]), default=float("inf"))
