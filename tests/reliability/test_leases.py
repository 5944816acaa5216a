"""Leases are the database's time: a worker whose clock is an hour off takes and gives up nothing for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from nurture.delivery.compose import Composed
from nurture.services import sending
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import sends
from tests.fixtures.content import MONDAY, make_house
from tests.reliability.post import CAMPAIGN
from tests.reliability.test_races import claimed


@pytest.mark.parametrize(("over", "goes"), [(False, True), (True, False)])
@pytest.mark.parametrize("hours", [-1, 1])
def test_a_wrong_clock_moves_no_lease(sqlite_store: Store, hours: int, over: bool, goes: bool) -> None:
    house = make_house(sqlite_store, stepped=MONDAY)
    house.publish(CAMPAIGN)
    mail = claimed(house)
    if over:
        house.do(lambda conn: conn.execute(update(sends).values(lease_until=db_now(-1))))
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        assert house.do(sending.mark, house.desk, mail, Composed(b"", [], "0" * 64)) is goes
