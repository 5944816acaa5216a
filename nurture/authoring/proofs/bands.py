"""Ways of a ``choose`` that cut one number into bands: whether a number falls between two, or into two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from math import ceil, floor, inf

from nurture.authoring.checking import Checking
from nurture.authoring.proofs.asked import place_of
from nurture.conditions.logic.formula import All, Formula, Is, Key, Within
from nurture.conditions.logic.proving import Proving
from nurture.conditions.logic.spans import Span, Spans, both, without
from nurture.domain.campaign import Campaign
from nurture.domain.steps.choose import Choose, Way

Band = tuple[Way, Spans]
HINT = "Let each band begin where the one before ends: `>=` in one, `<` in the other."


def check_bands(check: Checking, campaign: Campaign, proving: Proving) -> None:
    for step in campaign.steps.values():
        if isinstance(step, Choose):
            _check(check, step, proving)


def _check(check: Checking, step: Choose, proving: Proving) -> None:
    found = [(way, _band(proving.holds(way.when))) for way in step.ways]
    keys = {band[0] for _, band in found if band}
    bands: list[Band] = [(way, band[1]) for way, band in found if band and len(band[1]) == 1]
    if len(keys) != 1 or len(bands) < 2:
        return
    name = "/".join(next(iter(keys))[-1:])
    for (way, spans), (other, others) in combinations(bands, 2):
        shared = both(spans, others)
        if shared and shared not in (spans, others):
            told = f"{_told(name, shared[0])} is in `{way.name}` and in `{other.name}`; the first takes it"
            check.report("bands", place_of(check, other.when, "when", step.name), told, HINT)
    for gap in _gaps(bands):
        at = place_of(check, bands[-1][0].when, "when", step.name)
        told = f"{_told(name, gap)} is in none of the ways: it goes to `otherwise`"
        check.report("bands", at, told, HINT)


def _band(formula: Formula) -> tuple[Key, Spans] | None:
    """The number and its spans, if the condition asks of nothing else."""
    parts = formula.parts if isinstance(formula, All) else (formula,)
    spans: dict[Key, Spans] = {}
    for part in _flat(parts):
        if isinstance(part, Is) and part.key[0] == "known":
            continue
        if not isinstance(part, Within) or part.key[0] == "sum":
            return None
        spans[part.key] = both(spans[part.key], part.spans) if part.key in spans else part.spans
    return next(iter(spans.items())) if len(spans) == 1 else None


def _flat(parts: tuple[Formula, ...]) -> Iterator[Formula]:
    for part in parts:
        if isinstance(part, All):
            yield from _flat(part.parts)
        else:
            yield part


def _gaps(bands: Sequence[Band]) -> Iterator[Span]:
    """What lies between two bands and in none, if there is a whole number in it."""
    inside = sorted(span for _, spans in bands for span in spans)
    for one, other in pairwise(inside):
        between = Span(one.high, other.low, not one.with_high, not other.with_low)
        rest: Spans = () if between.empty or inf in (one.high, -other.low) else (between,)
        for _, spans in bands:
            rest = both(rest, without(spans))
        yield from (span for span in rest if _holds_a_whole(span))


def _holds_a_whole(span: Span) -> bool:
    low, high = _ends(span)
    return low <= high


def _ends(span: Span) -> tuple[float, float]:
    """The whole numbers at its ends."""
    if span.low == -inf or span.high == inf:
        return span.low, span.high
    low, high = ceil(span.low), floor(span.high)
    return (
        low + 1 if low == span.low and not span.with_low else low,
        high - 1 if high == span.high and not span.with_high else high,
    )


def _told(name: str, span: Span) -> str:
    low, high = _ends(span)
    if low == -inf:
        return f"`{name}` up to {high:g}"
    if high == inf:
        return f"`{name}` from {low:g}"
    return f"`{name}` {low:g}" if low == high else f"`{name}` from {low:g} to {high:g}"
