"""Intervals of rates, against numbers from the literature."""

from __future__ import annotations

import pytest

from nurture.domain.intervals import difference, interval


@pytest.mark.parametrize(
    ("counted", "of", "low", "high"),
    [(15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718), (81, 263, 0.2553, 0.3662)],
)
def test_rates_as_newcombe_gives_them(counted: int, of: int, low: float, high: float) -> None:
    assert interval(counted, of) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(
    ("rates", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((10, 10, 0, 10), 0.6075, 1.0)],
)
def test_differences_as_newcombe_gives_them(rates: tuple[int, ...], low: float, high: float) -> None:
    assert difference(*rates) == pytest.approx((low, high), abs=0.00005)


def test_nobody_was_asked() -> None:
    assert interval(0, 0) == (0.0, 1.0)
