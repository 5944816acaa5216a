"""Round numbers for an axis."""

from __future__ import annotations

from math import ceil, floor, log10


def steps(most: float, about: int = 4) -> tuple[int, ...]:
    """Whole numbers from 0 to the first that is not below ``most``, as far apart as 1, 2 or 5 and zeros."""
    rough = max(most, 1) / about
    power = 10 ** floor(log10(rough))
    step = max(1, int(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)))
    return tuple(step * number for number in range(ceil(max(most, 1) / step) + 1))
