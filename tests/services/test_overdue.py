"""A lost timer costs minutes; a long queue is not made longer by wakes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from nurture.services.enrol import enrol
from nurture.services.overdue import TOLD_FOR, wake_overdue
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import journeys, outbox
from tests.fixtures.content import House, make_house

CAMPAIGN = {"campaign": "guide", "steps": [{"wait": "3d"}, {"end": "done"}]}


def told(house: House, ago: float) -> None:
    """All that was to be told was told so many seconds ago."""
    rows = update(outbox).values(state="done", done_at=db_now(-ago))
    house.do(lambda conn: conn.execute(rows))


def test_whoever_is_late_is_woken_and_not_again_before_it_has_looked(store: Store) -> None:
    house = make_house(store)
    house.publish(CAMPAIGN, {})
    enrolled = house.do(enrol, house.desk, "guide", house.lead(), "import").journey
    told(house, 0)
    assert house.do(wake_overdue, house.desk) == 0, "not late"
    late = update(journeys).where(journeys.c.id == enrolled)
    house.do(lambda conn: conn.execute(late.values(due=datetime.now(UTC) - timedelta(minutes=6))))
    assert house.do(wake_overdue, house.desk) == 1
    assert house.do(wake_overdue, house.desk) == 0, "it is still to be told"
    told(house, 60)
    assert house.do(wake_overdue, house.desk) == 0, "it was told, and stands in a queue"
    told(house, TOLD_FOR + 60)
    assert house.do(wake_overdue, house.desk) == 1, "even the wake may be lost"
    told(house, 60)
    house.do(lambda conn: conn.execute(late.values(woken=False)))
    assert house.do(wake_overdue, house.desk) == 1, "it has looked since, and its timer is lost"
