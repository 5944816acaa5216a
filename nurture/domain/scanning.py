"""What the hits on one mail give away when they are seen side by side: each is judged by all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from nurture.domain.machines import Hit, Judged, LooksLikeMachine, Verdict, own_signs, verdict
from nurture.domain.taint import tainted
from nurture.domain.walks import walked

REACH = {"both": 600.0, "address": 15.0, "agent": 10.0, "mail": 5.0}
"""How far, in seconds, evidence reaches whatever else was asked for: to hits of the same address and agent,
and so on. A company's scanner and its people may share an address, seldom a browser too."""
ALONE = frozenset({"crowd", "soon", "quick", "no-language"})
"""Signs of one hit that say nothing of those near it."""
Key = tuple[str, ...]


def judge(hits: Sequence[Hit], *, links: int, looks_like_machine: LooksLikeMachine) -> list[Verdict]:
    """One verdict per hit, in the given order. `links`: how many links for people the mail has."""
    signs = [own_signs(hit, looks_like_machine) for hit in hits]
    for at, reason in walked(hits, links):
        signs[at].append(reason)
    reached = _reached(hits, signs)
    near = [[*own, *_near(hit, reached)] for hit, own in zip(hits, signs, strict=True)]
    for at, reason in tainted(hits, [set(names) - ALONE for names in near]):
        near[at].append(reason)
    return [verdict(names) for names in near]


def judge_mail(hits: Sequence[Hit], *, links: int, looks_like_machine: LooksLikeMachine) -> Verdict:
    """Human when at least one hit is; else a machine, with all reasons."""
    verdicts = judge(hits, links=links, looks_like_machine=looks_like_machine)
    if any(one.judged is Judged.HUMAN for one in verdicts):
        return Verdict(Judged.HUMAN)
    return verdict([reason for one in verdicts for reason in one.reasons])


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
