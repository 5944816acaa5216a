"""What the hits on one mail give away when they are seen side by side: each is judged by all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from nurture.domain.machines import Hit, Judged, LooksLikeMachine, Verdict, own_signs, verdict

BURST_LINKS = 3
BURST_SECONDS = 2.0
ALL_SECONDS = {"address": 600.0, "agent": 180.0, "mail": 60.0}
"""Within which every link of a mail is asked for by one machine: of one address, of one user agent at many
addresses, of neither."""
SECONDS_A_LINK = 75.0
"""A mail of few links is soon read to its end by a person."""
REACH = {"both": 600.0, "address": 60.0, "agent": 20.0, "mail": 5.0}
"""How far, in seconds, certain evidence reaches: to hits of the same address and agent, and so on. A
company's scanner and its people may share an address, seldom a browser too."""
ALONE = frozenset({"crowd", "quick", "no-language"})
"""Signs of one hit that say nothing of those near it."""
Key = tuple[str, ...]


def judge(hits: Sequence[Hit], *, links: int, looks_like_machine: LooksLikeMachine) -> list[Verdict]:
    """One verdict per hit, in the given order. `links`: how many links for people the mail has."""
    signs = [own_signs(hit, looks_like_machine) for hit in hits]
    for at, reason in _together(hits, links):
        signs[at].append(reason)
    reached = _reached(hits, signs)
    return [verdict([*own, *_near(hit, reached)]) for hit, own in zip(hits, signs, strict=True)]


def judge_mail(hits: Sequence[Hit], *, links: int, looks_like_machine: LooksLikeMachine) -> Verdict:
    """Human when at least one hit is; else a machine, with all reasons."""
    verdicts = judge(hits, links=links, looks_like_machine=looks_like_machine)
    if any(one.judged is Judged.HUMAN for one in verdicts):
        return Verdict(Judged.HUMAN)
    return verdict([reason for one in verdicts for reason in one.reasons])


def _together(hits: Sequence[Hit], links: int) -> Iterator[tuple[int, str]]:
    """Which hits, by their place, are part of a burst or of a walk through all links."""
    clicks = [at for at, hit in enumerate(hits) if hit.link is not None and not hit.honeypot]
    clicks.sort(key=lambda at: hits[at].after)
    # A scanner may spread one burst over several addresses, so a burst is looked for in the whole mail.
    if links >= 2:
        yield from ((at, "burst") for at in _runs(hits, clicks, min(BURST_LINKS, links), BURST_SECONDS))
    if links < BURST_LINKS:
        return
    for scope, seconds in ALL_SECONDS.items():
        within = min(seconds, links * SECONDS_A_LINK)
        for group in _groups(hits, clicks, scope):
            yield from ((at, "every-link") for at in _runs(hits, group, links, within))


def _groups(hits: Sequence[Hit], clicks: Sequence[int], scope: str) -> Iterable[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for at in clicks:
        hit = hits[at]
        groups[{"address": hit.ip, "agent": hit.agent, "mail": ""}[scope]].append(at)
    return groups.values()


def _runs(hits: Sequence[Hit], clicks: Sequence[int], links: int, seconds: float) -> Iterator[int]:
    """The clicks, by time, of the shortest runs of so many different links in so many seconds. None is in two
    of them: whoever clicks after a scanner makes no second walk out of the first."""
    start = 0
    inside: dict[int | None, int] = defaultdict(int)
    for end, at in enumerate(clicks):
        inside[hits[at].link] += 1
        full = len(inside) >= links
        while hits[at].after - hits[clicks[start]].after > seconds or (
            full and inside[hits[clicks[start]].link] > 1
        ):
            first = hits[clicks[start]].link
            inside[first] -= 1
            if not inside[first]:
                del inside[first]
            start += 1
        if len(inside) >= links:
            yield from clicks[start : end + 1]
            start = end + 1
            inside.clear()


def _keys(hit: Hit) -> Iterator[tuple[Key, float]]:
    yield ("both", hit.ip, hit.agent), REACH["both"]
    yield ("address", hit.ip), REACH["address"]
    yield ("agent", hit.agent), REACH["agent"]
    yield ("mail",), REACH["mail"]


def _reached(hits: Sequence[Hit], signs: Sequence[Sequence[str]]) -> dict[str, dict[Key, list[float]]]:
    """Reason -> by whom -> when, ascending. Of clicks: images are loaded by programs, for people."""
    found: dict[str, dict[Key, list[float]]] = defaultdict(lambda: defaultdict(list))
    for hit, names in sorted(zip(hits, signs, strict=True), key=lambda pair: pair[0].after):
        for name in set(names) - ALONE if hit.clicks else ():
            for key, _ in _keys(hit):
                found[name][key].append(hit.after)
    return found


def _near(hit: Hit, reached: dict[str, dict[Key, list[float]]]) -> Iterator[str]:
    for reason in sorted(reached):
        for key, seconds in _keys(hit):
            times = reached[reason].get(key, ())
            at = bisect_left(times, hit.after - seconds)
            if at < len(times) and times[at] <= hit.after + seconds:
                yield reason
                break
