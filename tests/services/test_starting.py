"""A new journey begins with what is decided, and looks at whatever happens before it was begun."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from nurture.relay.outbox import Call, close, fetch
from nurture.services.enrol import enrol
from nurture.services.stepping import is_quiet
from nurture.services.wakes import Spread, queue
from nurture.store.tables import installation, journeys
from tests.fixtures.content import MONDAY, House

EVENING = MONDAY + timedelta(hours=11)
"""The office is shut."""
OFFICE = {"campaign": "guide", "steps": [{"send": "hello", "window": "office"}, {"end": "done"}]}


def entered(house: House) -> str:
    house.do(lambda conn: conn.execute(update(installation).values(stepped_to=EVENING)))
    house.publish(OFFICE)
    found = house.do(enrol, house.desk, "guide", house.lead(), "1")
    return str(found.journey)


def calls(house: House) -> list[Call]:
    return list(house.do(fetch, house.desk))


def row(house: House, journey: str) -> Any:
    return house.do(lambda conn: conn.execute(select(journeys).where(journeys.c.id == journey)).one())


def test_one_that_waits_for_its_window_has_nothing_to_look_at(house: House) -> None:
    journey = entered(house)
    assert row(house, journey).due > EVENING
    (call,) = calls(house)
    assert call.wake is None
    house.do(close, [call], EVENING)
    assert house.do(is_quiet)


def test_a_wake_before_the_start_is_told_with_it(house: House) -> None:
    """Else it would be answered by a start that looks at nothing before its due, on the next day."""
    journey = entered(house)
    house.do(queue, [journey], Spread(rate=1000))
    (call,) = calls(house)
    assert len(call.rows) == 2
    assert call.wake is not None
    assert call.wake.turn == 0
    house.do(close, [call], EVENING)
    assert not house.do(is_quiet)
