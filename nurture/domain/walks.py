"""Clicks that are one walk through the links of a mail, quicker or in more shapes than a person's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nurture.domain.machines import Hit


@dataclass(frozen=True, slots=True)
class Walk:
    """So many different links within so many seconds, by at least so many browsers."""

    links: int
    seconds: float
    browsers: int = 1


BURST = Walk(3, 2.0)
BOTH = Walk(2, 0.5), Walk(2, 2.0, browsers=2)
"""Of a mail of two links: one hand needs longer from the one to the other."""
MANY_BROWSERS = Walk(3, 120.0, browsers=3)
"""A person has a telephone and a desk."""
ALL = 4
"""So many are all links of a mail: each of two or three is opened by people, too."""
ALL_SECONDS = {"address": 600.0, "agent": 180.0}
"""Within which every link is asked for by one machine: of one address, of one browser at many."""
SECONDS_A_LINK = 75.0
"""A mail of few links is soon read to its end by a person."""


def walked(hits: Sequence[Hit], links: int) -> Iterator[tuple[int, str]]:
    """Which hits, by their place, are part of a walk, and the reason. ``links``: that the mail has."""
    clicks = [at for at, hit in enumerate(hits) if hit.link is not None and not hit.honeypot]
    clicks.sort(key=lambda at: hits[at].after)
    # A scanner may spread one burst over several addresses, so a burst is looked for in the whole mail.
    for walk in (BURST,) if links >= BURST.links else BOTH:
        yield from ((at, "burst") for at in _runs(hits, clicks, walk))
    yield from ((at, "many-browsers") for at in _runs(hits, clicks, MANY_BROWSERS))
    if links < ALL:
        return
    for scope, seconds in ALL_SECONDS.items():
        whole = Walk(links, min(seconds, links * SECONDS_A_LINK))
        for group in _groups(hits, clicks, scope):
            yield from ((at, "every-link") for at in _runs(hits, group, whole))


def _groups(hits: Sequence[Hit], clicks: Sequence[int], scope: str) -> Iterable[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for at in clicks:
        groups[{"address": hits[at].ip, "agent": hits[at].agent}[scope]].append(at)
    return groups.values()


def _runs(hits: Sequence[Hit], clicks: Sequence[int], walk: Walk) -> Iterator[int]:
    """The clicks, by time, of the shortest runs that are such a walk. None is in two of them: whoever clicks
    after a scanner makes no second walk out of the first."""
    start = 0
    links, browsers = Counter[int | None](), Counter[str]()
    for end, at in enumerate(clicks):
        links[hits[at].link] += 1
        browsers[hits[at].agent] += 1
        while True:
            first, full = hits[clicks[start]], len(links) >= walk.links and len(browsers) >= walk.browsers
            spare = links[first.link] > 1 and (walk.browsers == 1 or browsers[first.agent] > 1)
            if hits[at].after - first.after <= walk.seconds and not (full and spare):
                break
            _less(links, first.link)
            _less(browsers, first.agent)
            start += 1
        if full:
            yield from clicks[start : end + 1]
            start = end + 1
            links.clear()
            browsers.clear()


def _less(counts: Counter[Any], one: object) -> None:
    counts[one] -= 1
    if not counts[one]:
        del counts[one]
