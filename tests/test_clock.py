from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from nurture.clock import SteppedClock, step
from tests.fixtures.content import MONDAY, House

CLOCK = SteppedClock()
LATER = MONDAY + timedelta(hours=1)


def test_a_stepped_clock_moves_on_within_a_transaction_and_for_all_after_it(house: House) -> None:
    def both(conn: Connection) -> tuple[datetime, datetime]:
        before = CLOCK.now(conn)
        step(conn, LATER)
        return before, CLOCK.now(conn)

    assert house.do(both) == (MONDAY, LATER)
    assert house.do(CLOCK.now) == LATER
    assert house.store.read_sync(CLOCK.now) == LATER


def test_it_never_goes_back(house: House) -> None:
    house.do(step, LATER)
    house.do(step, MONDAY)
    assert house.do(CLOCK.now) == LATER


def test_each_transaction_asks_anew(house: House) -> None:
    assert house.store.read_sync(CLOCK.now) == MONDAY
    house.do(step, LATER)
    assert house.store.read_sync(CLOCK.now) == LATER
