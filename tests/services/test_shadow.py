"""Day one: handoffs in the shadow, the backlog, and no more leads in a day than a team can take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.clock import step
from nurture.services import engagement
from nurture.services.backlog import put, release, release_due, standing
from nurture.services.enrol import enrol
from nurture.services.publish import publish_policy
from nurture.services.sales_queue import assign, takeable
from nurture.services.shadow import judge
from nurture.store.columns import new_id
from nurture.store.queries.shadows import agreement, shadowed
from nurture.store.tables import handoffs, points, sends, timeline
from tests.fixtures.content import MONDAY, House
from tests.services.test_clocks import ANN, CAMPAIGN, handed, turn_of, user

DAY = timedelta(days=1)
ENDS = {"campaign": "talk", "steps": [{"handoff": "inside-sales"}, {"end": "over"}]}


def team(**more: Any) -> dict[str, Any]:
    members = [{"name": "Ann", "email": ANN}]
    return {"teams": {"inside-sales": {"members": members, **more}}, "reasons": {"not-now": "Not now"}}


@pytest.fixture
def sales(house: House) -> House:
    house.publish(CAMPAIGN)
    return house


def live(house: House, **more: Any) -> None:
    house.do(publish_policy, house.desk.clock, "sales", team(**more))


def tasks(house: House) -> list[Any]:
    query = select(handoffs).order_by(handoffs.c.created_at, handoffs.c.id)
    return list(house.do(lambda conn: conn.execute(query).all()))


def test_in_the_shadow_all_is_told_and_nobody_gets_a_task(house: House) -> None:
    house.publish(ENDS)
    live(house, handoff="shadow", head=ANN)
    lead = house.lead()
    house.do(enrol, house.desk, "talk", lead, "test")
    turn = turn_of(house, lead)
    assert house.do(engagement.hand_off, house.desk, turn).effect == "ended"
    house.do(engagement.hand_off, house.desk, turn)
    assert tasks(house) == []
    assert house.do(lambda conn: conn.execute(select(sends)).all()) == []
    (row,) = house.do(shadowed, None)
    assert (row.owner, row.team, row.context["score"]) == (user(house, ANN), "inside-sales", 0)
    why = house.do(lambda conn: conn.scalar(select(timeline.c.reason).where(timeline.c.kind == "skipped")))
    assert "it would have gone to Ann" in why
    assert house.do(judge, house.desk, row.id, "no", "x")
    assert house.do(judge, house.desk, row.id, "yes", "x")
    agreed = house.do(agreement, ["inside-sales"])
    assert (agreed.yes, agreed.judged, agreed.waiting, agreed.rate) == (1, 1, 0, 1.0)
    assert house.do(shadowed, None) == []
    live(house)  # one line less
    assert handed(house)[1].owner == user(house, ANN)


def test_beyond_its_capacity_a_team_has_a_queue_whose_clock_begins_with_an_owner(sales: House) -> None:
    live(sales, capacity=2)
    for _ in range(3):
        handed(sales)
    assert [task.clock for task in tasks(sales)] == [1, 1, 0]
    assert list(sales.do(takeable, sales.desk)) == []
    sales.do(step, MONDAY + DAY)
    (waits,) = sales.do(takeable, sales.desk)
    assert sales.do(assign, sales.desk, waits)
    last = next(task for task in tasks(sales) if task.id == waits)
    assert (last.clock, last.clock_at, last.owner) == (1, MONDAY + DAY, user(sales, ANN))


def scored(house: House, score: float) -> str:
    lead = house.lead()
    row = {"id": new_id(), "lead_id": lead, "rule": "x", "points": score, "at": MONDAY, "policy": ""}
    house.do(lambda conn: conn.execute(points.insert().values(**row, key=lead)))
    return lead


def round_of(house: House) -> int:
    """What the relay does."""
    found = [house.do(release, house.desk, row) for row in house.do(release_due, house.desk)]
    return sum(found)


def test_a_backlog_comes_in_the_best_first_as_the_team_has_room(sales: House) -> None:
    live(sales, capacity=2)
    found = [scored(sales, score) for score in (10, 90, 50, 70)]
    assert sales.do(put, sales.desk, "talk", "inside-sales", found) == 4
    assert sales.do(put, sales.desk, "talk", "inside-sales", found) == 0
    assert (round_of(sales), round_of(sales)) == (2, 0)  # on their way
    for lead in (found[1], found[3]):
        sales.do(engagement.hand_off, sales.desk, turn_of(sales, lead))
    assert {task.lead_id for task in tasks(sales)} == {found[1], found[3]}
    assert round_of(sales) == 0
    sales.do(step, MONDAY + DAY)
    assert round_of(sales) == 2
    assert sales.do(standing)[0] == {
        "campaign": "talk", "team": "inside-sales", "waiting": 0, "entered": 4, "refused": 0
    }  # fmt: skip


def test_in_the_shadow_a_backlog_waits_and_whom_sales_has_is_not_in_it(sales: House) -> None:
    live(sales)
    with_sales, _ = handed(sales)
    live(sales, handoff="shadow")
    lead = scored(sales, 70)
    assert sales.do(put, sales.desk, "talk", "inside-sales", [lead, with_sales]) == 1
    assert round_of(sales) == 0
    live(sales)
    sales.do(lambda conn: conn.execute(update(handoffs).values(clock_at=None)))
    assert round_of(sales) == 1
