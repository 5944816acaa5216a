from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from nurture.services.stepping import is_quiet, next_instant, step_to, wake_next
from nurture.store.tables import journeys, outbox
from tests.fixtures.content import MONDAY, House
from tests.rows import Rows

LATER = MONDAY + timedelta(hours=1)


def due(house: House, lead: str, hours: float, entry: int = 1) -> str:
    at = MONDAY + timedelta(hours=hours)
    return Rows(house.store).journey(lead, due=at, entry=entry, key=f"deal {entry}")


def woken(house: House) -> list[str]:
    query = select(outbox.c.record).where(outbox.c.state == "open").order_by(outbox.c.id)
    return list(house.do(lambda conn: conn.scalars(query).all()))


def done(house: House, *ids: str) -> None:
    """As the relay and the journeys do."""
    later = update(journeys).where(journeys.c.id.in_(ids)).values(woken=False, due=LATER + timedelta(days=1))
    for statement in (update(outbox).values(state="done"), later):
        house.do(lambda conn, statement=statement: conn.execute(statement))


def test_the_next_instant_is_the_earliest_due(house: House) -> None:
    assert house.do(next_instant) is None
    due(house, house.lead(), 2)
    due(house, house.lead(), 1)
    assert house.do(next_instant) == LATER


def test_what_is_due_is_woken_in_order_of_time(house: House) -> None:
    second = due(house, house.lead(), 1)
    first = due(house, house.lead(), 0.5)
    due(house, house.lead(), 1.5)
    assert house.do(is_quiet)
    assert list(house.do(step_to, LATER)) == []
    assert woken(house) == [first, second]
    assert not house.do(is_quiet)


def test_two_journeys_of_one_lead_go_one_after_the_other(house: House) -> None:
    lead = house.lead()
    second = due(house, lead, 1, entry=2)
    first = due(house, lead, 1, entry=1)
    alone = due(house, house.lead(), 1)
    assert list(house.do(step_to, LATER)) == [second]
    assert sorted(woken(house)) == sorted([first, alone])
    done(house, first, alone)
    assert house.do(is_quiet, [second])
    assert not house.do(is_quiet)
    assert list(house.do(wake_next)) == []
    assert woken(house) == [second]


def test_what_the_crm_is_not_told_yet_delays_nobody(house: House) -> None:
    Rows(house.store).queued(due(house, house.lead(), 1), kind="crm")
    assert house.do(is_quiet)
