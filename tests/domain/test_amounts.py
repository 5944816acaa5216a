"""Amounts in the ways that people write them."""

from __future__ import annotations

import pytest

from nurture.domain.amounts import NotAnAmount, amount_of


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12000", 12000),
        ("12 000", 12000),
        ("12,000", 12000),
        ("12.000", 12000),
        ("12.000,50", 12000.5),
        ("12,000.50", 12000.5),
        ("1\u00a0234\u00a0567,8", 1234567.8),
        ("1'234.50", 1234.5),
        ("950,5", 950.5),
        ("0.99", 0.99),
        ("  ", None),
    ],
)
def test_the_mark_of_each_country(text: str, amount: float | None) -> None:
    assert amount_of(text) == amount


@pytest.mark.parametrize(
    "text", ["much", "-4", "1e3", "12.0005", "12,00,50", "1.234,567", "12.000.5", "nan", "4 eur"]
)
def test_what_nobody_can_be_sure_of_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        amount_of(text)
