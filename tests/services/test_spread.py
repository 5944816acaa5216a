"""What comes due together is spread, always alike for one journey, and before it counts as overdue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from nurture.services.hold import look_again
from nurture.services.overdue import OVERDUE
from nurture.store.session import Store
from nurture.store.tables import journeys
from tests.fixtures.content import House, make_house
from tests.services.test_turns import begin, turn_of

TOMORROW = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=1)
LEADS = 40


def delays(house: House, due: datetime) -> list[timedelta]:
    turns = [begin(house) for _ in range(LEADS)]
    house.do(lambda conn: conn.execute(update(journeys).values(due=due)))
    found = [turn_of(house, turn.journey).due for turn in turns]
    assert found == [turn_of(house, turn.journey).due for turn in turns], "asked twice, answered alike"
    return [datetime.fromisoformat(at) - due for at in found]


def test_a_windows_opening_is_spread_over_minutes(store: Store) -> None:
    found = delays(make_house(store), TOMORROW)
    assert timedelta() <= min(found) <= timedelta(minutes=1)
    assert timedelta(minutes=3) <= max(found) < OVERDUE - timedelta(seconds=30)


def test_those_who_come_just_before_it_opens_are_spread_too(store: Store) -> None:
    soon = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=3)
    house = make_house(store)
    found = delays(house, soon)
    assert timedelta(minutes=3) <= max(found) < OVERDUE - timedelta(seconds=30)
    exact = delays(house, soon + timedelta(seconds=17, microseconds=5))
    assert max(exact) == timedelta(), "a short wait is kept"


def test_a_time_of_ones_own_is_nearly_kept(store: Store) -> None:
    found = delays(make_house(store), TOMORROW + timedelta(seconds=17, microseconds=5))
    assert max(found) <= timedelta(seconds=30)


@pytest.mark.parametrize(
    ("lasted", "earliest", "latest"),
    [(0, 0.5, 1), (1, 0.5, 1), (10, 5, 10), (600, 7.5, 15)],
)
def test_after_a_long_hold_they_go_on_over_minutes(lasted: float, earliest: float, latest: float) -> None:
    row: Any = SimpleNamespace(held_for="wrong prices", held_at=TOMORROW - timedelta(minutes=lasted))
    looks = [(look_again(row, f"journey-{number}", TOMORROW) - TOMORROW) for number in range(200)]
    minutes = [look / timedelta(minutes=1) for look in looks]
    assert earliest <= min(minutes) < max(minutes) <= latest
    assert max(minutes) - min(minutes) > (latest - earliest) * 0.9


def test_another_standstill_is_looked_at_within_a_minute() -> None:
    row: Any = SimpleNamespace(held_for=None, held_at=None)
    assert look_again(row, "journey", TOMORROW) <= TOMORROW + timedelta(minutes=1)
