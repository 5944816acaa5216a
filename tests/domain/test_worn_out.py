"""Soft bounces in a row: each ends some day, but for what is our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nurture.domain.bounces import REASONS
from nurture.domain.mail_events import COUNTED, SOFT, Tried, grade, worn_out

LATEST = datetime(2026, 11, 2, 9, tzinfo=UTC)


def tries(days: float, *reasons: str) -> list[Tried]:
    """The latest first, so many days apart; empty: it arrived."""
    return [Tried(LATEST - timedelta(days=days * number), soft) for number, soft in enumerate(reasons)]


def test_what_goes_on_for_weeks_ends_whatever_it_is_called() -> None:
    soft = {name for name in REASONS if grade(name) == SOFT and name != "accepted"}
    ends = {name for name in soft if worn_out(tries(7, *[name] * 12))}
    assert ends == soft - {"greylisted"} == soft & COUNTED
    assert not any(worn_out(tries(7, *[name] * 12)) for name in set(REASONS) - soft - {"accepted"} - COUNTED)
    assert worn_out(tries(7, *["server-trouble", "slow-down"] * 3))


@pytest.mark.parametrize(
    ("days", "reasons", "ends"),
    [
        (3.5, ["refused"] * 5, True),
        (3.4, ["refused"] * 5, False),
        (7, ["bad-address"] * 4, False),
        (5.6, ["server-trouble"] * 6, True),
        (5.5, ["server-trouble"] * 6, False),
        (7, ["server-trouble"] * 5, False),
        (7, [*["server-trouble"] * 5, "", "server-trouble"], False),
        (7, [*["server-trouble"] * 5, "greylisted", "slow-down"], True),
        (7, ["greylisted"] * 12, False),
        (3.5, ["mailbox-full"] * 3, True),
        (1, ["no-route"] * 2, True),
    ],
)
def test_enough_is_enough(days: float, reasons: list[str], ends: bool) -> None:
    assert worn_out(tries(days, *reasons)) is ends
