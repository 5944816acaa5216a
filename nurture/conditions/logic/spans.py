"""Sets of numbers as intervals: what a comparison leaves of the number line."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf


@dataclass(frozen=True, order=True)
class Span:
    low: float
    high: float
    with_low: bool = False
    """Whether the end itself belongs to it. Never so for an infinite end."""
    with_high: bool = False

    @property
    def empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and not (self.with_low and self.with_high))


Spans = tuple[Span, ...]
"""In order, apart from each other; empty: no number at all."""
EVERYTHING: Spans = (Span(-inf, inf),)
FROM_ZERO: Spans = (Span(0, inf, True),)
TURNED = {"_>_": "_<_", "_>=_": "_<=_", "_<_": "_>_", "_<=_": "_>=_", "_==_": "_==_", "_!=_": "_!=_"}
"""The comparison with its sides changed."""


def compared(operator: str, number: float) -> Spans:
    """The numbers that stand in this comparison to ``number``."""
    match operator:
        case "_>_":
            return (Span(number, inf),)
        case "_>=_":
            return (Span(number, inf, True),)
        case "_<_":
            return (Span(-inf, number),)
        case "_<=_":
            return (Span(-inf, number, False, True),)
        case "_==_":
            return point(number)
        case _:
            return (Span(-inf, number), Span(number, inf))


def point(number: float) -> Spans:
    return (Span(number, number, True, True),)


def both(first: Spans, second: Spans) -> Spans:
    met = (_met(one, other) for one in first for other in second)
    return tuple(sorted(span for span in met if not span.empty))


def without(spans: Spans) -> Spans:
    """All other numbers."""
    left = EVERYTHING
    for span in spans:
        low = Span(-inf, span.low, False, not span.with_low)
        high = Span(span.high, inf, not span.with_high)
        left = both(left, tuple(one for one in (low, high) if not one.empty))
    return left


def whole(spans: Spans) -> Spans:
    """Only the whole numbers of them, their ends included."""
    found = (Span(_up(span), _down(span), span.low != -inf, span.high != inf) for span in spans)
    return tuple(span for span in found if span.low < span.high or (span.low == span.high and span.with_low))


def _met(one: Span, other: Span) -> Span:
    low, high = max(one.low, other.low), min(one.high, other.high)
    with_low = all(span.with_low for span in (one, other) if span.low == low)
    with_high = all(span.with_high for span in (one, other) if span.high == high)
    return Span(low, high, with_low and low != -inf, with_high and high != inf)


def _up(span: Span) -> float:
    if span.low == -inf:
        return span.low
    least = ceil(span.low)
    return float(least + 1 if least == span.low and not span.with_low else least)


def _down(span: Span) -> float:
    if span.high == inf:
        return span.high
    most = floor(span.high)
    return float(most - 1 if most == span.high and not span.with_high else most)
