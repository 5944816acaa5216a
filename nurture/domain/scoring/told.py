"""A score in words that a sales person accepts: what for, how often, when, and how much of it is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from textwrap import wrap

from nurture.domain.scoring.explaining import ScoreLine
from nurture.domain.scoring.policy import ScoringPolicy

WIDTH = 80


@dataclass(frozen=True)
class Sentence:
    points: float
    text: str
    suits: bool = False


def sentences(lines: Iterable[ScoreLine], policy: ScoringPolicy) -> list[Sentence]:
    """One for all lines of a rule, the strongest first; first what she did, then who she is."""
    ordered = sorted(lines, key=lambda line: (line.suits, line.rule, line.at is None))
    parts = (
        list(of) for _, of in groupby(ordered, key=lambda line: (line.suits, line.rule, line.at is None))
    )
    found = [_sentence(part, policy) for part in parts]
    return sorted(found, key=lambda one: (one.suits, -abs(one.points), one.text))


def _sentence(lines: Sequence[ScoreLine], policy: ScoringPolicy) -> Sentence:
    now, first = sum(line.now for line in lines), lines[0]
    if first.at is None:
        return Sentence(now, "; ".join(dict.fromkeys(line.why for line in lines)), first.suits)
    times = sorted(line.at for line in lines if line.at)
    rule = policy.rules.get(first.rule)
    what = (rule.says or _readable(first.rule)) if rule else _readable(first.rule)
    then = sum(line.then for line in lines)
    fading = "" if abs(then - now) < 0.5 else f"; {then:g} when it happened, fading since"
    return Sentence(now, f"{what}{_when(times)}{fading}")


def _when(times: Sequence[datetime]) -> str:
    often = {1: "", 2: ", twice"}.get(len(times), f", {len(times)} times")
    return f"{often}{', the latest' if len(times) > 1 else ''} on {times[-1]:%-d %B %Y}"


def _readable(rule: str) -> str:
    if rule.startswith("step "):
        return f"given by a campaign at its step {rule.removeprefix('step ')}"
    return rule.replace("-", " ").replace("_", " ")


def telling(found: Sequence[Sentence]) -> Iterator[str]:
    """Lines of a text; what has come to nothing is not told."""
    for suits, title in ((False, "What they did"), (True, "Who they are")):
        part = [one for one in found if one.suits is suits and abs(one.points) >= 0.5]
        if part:
            yield f"{title}:"
            for one in part:
                yield from wrap(
                    one.text, WIDTH, initial_indent=f"  {one.points:+6.0f}  ", subsequent_indent=" " * 10
                )
