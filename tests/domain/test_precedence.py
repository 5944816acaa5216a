"""Which of two campaigns writes first, where only one of them may."""

from datetime import UTC, datetime, timedelta

import pytest

from nurture.domain.caps import Cap, Capped
from nurture.domain.precedence import LOOK_AGAIN, Rival, gives_way

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILLED = Capped(NOW + timedelta(days=1), Cap("day", 1))
LATER = NOW + timedelta(hours=6)


def test_the_higher_goes_first_and_is_named() -> None:
    held = gives_way(0, [Rival("low", 5, NOW), Rival("high", 10, LATER)], FILLED, NOW)
    assert held is not None
    assert held.until == LATER + LOOK_AGAIN
    assert held.why == "high goes first, priority 10 over 0: at most 1 a day"


@pytest.mark.parametrize(
    ("own", "rival"),
    [
        (10, Rival("other", 10, LATER)),
        (10, Rival("other", -1, LATER)),
        (0, Rival("other", 10, FILLED.until)),  # there is room again by then
    ],
)
def test_it_waits_for_nobody_else(own: int, rival: Rival) -> None:
    assert gives_way(own, [rival], FILLED, NOW) is None


def test_where_there_is_room_for_both_nobody_waits() -> None:
    assert gives_way(0, [Rival("other", 10, LATER)], None, NOW) is None


def test_one_that_is_overdue_is_waited_for_from_now() -> None:
    held = gives_way(0, [Rival("other", 1, NOW - timedelta(hours=2))], FILLED, NOW)
    assert held is not None
    assert held.until == NOW + LOOK_AGAIN
