"""Numbers of files from everywhere."""

from __future__ import annotations

import pytest

from nurture.services.outcomes.numbers import number_of


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12", 12), ("-0.5", -0.5), ("0,5", 0.5), ("0,125", 0.125), ("12,75", 12.75), ("1,200", 1200),
     ("1,200.5", 1200.5), ("1.200,50", 1200.5), ("12,345,678", 12345678), ("1.250", 1.25), ("12 %", 12),
     ("3.5%", 3.5), ("", None), ("1,2,3", None), ("2026-03-05", None), ("12 a", None), ("%", None),
     ("1e5", None), ("9" * 400, None)],
)  # fmt: skip
def test_a_number_is_known_with_point_and_comma(cell: str, number: float | None) -> None:
    assert number_of(cell) == number
