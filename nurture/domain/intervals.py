"""Between which rates the truth lies, nineteen times out of twenty."""

from __future__ import annotations

from math import sqrt

Z = 1.959964
"""Of the normal distribution, for 95 %."""


def interval(counted: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a rate; everything where nobody was asked."""
    if of == 0:
        return 0.0, 1.0
    rate, z2 = counted / of, Z * Z
    middle = (rate + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * sqrt(rate * (1 - rate) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(counted: int, of: int, other: int, of_other: int) -> tuple[float, float]:
    """Newcombe's interval of the first rate less the other."""
    low, high = interval(counted, of)
    low_other, high_other = interval(other, of_other)
    rate, rate_other = (counted / of if of else 0.5), (other / of_other if of_other else 0.5)
    apart = rate - rate_other
    down = sqrt((rate - low) ** 2 + (high_other - rate_other) ** 2)
    up = sqrt((high - rate) ** 2 + (rate_other - low_other) ** 2)
    return apart - down, apart + up
