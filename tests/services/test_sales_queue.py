"""Leads in the queues of sales: each goes to whoever has room, and no full team keeps others waiting."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.bench.statements import statements
from nurture.services.publish import publish_policy
from nurture.services.sales_queue import BEST, OTHERS, assign, takeable
from nurture.store.tables import handoffs, users
from tests.fixtures.content import House
from tests.rows import Rows

ANN, BOB = "ann@ours.example", "bob@ours.example"


def policy(ann: int) -> dict[str, Any]:
    full = {"name": "Ann", "email": ANN, "open_at_most": ann}
    return {"teams": {"one": {"members": [full]}, "two": {"members": [{"name": "Bob", "email": BOB}]}}}


@pytest.fixture
def sales(house: House) -> House:
    house.do(publish_policy, house.desk.clock, "sales", policy(ann=1))
    return house


def waiting(house: House, team: str, score: int) -> str:
    made, lead = Rows(house.store), house.lead()
    task = str(made.handoff(lead, made.journey(lead), owner=None))
    values = {"team": team, "context": {"score": score}}
    house.do(lambda conn: conn.execute(update(handoffs).where(handoffs.c.id == task).values(values)))
    return task


def full(house: House) -> None:
    """Ann has one already."""
    task = waiting(house, "one", 0)
    house.do(
        lambda conn: conn.execute(
            update(handoffs)
            .where(handoffs.c.id == task)
            .values(owner=select(users.c.id).where(users.c.email == ANN).scalar_subquery())
        )
    )


def owner(house: House, task: str) -> str | None:
    query = select(users.c.email).join(handoffs, handoffs.c.owner == users.c.id).where(handoffs.c.id == task)
    return house.do(lambda conn: conn.scalar(query))


def round_of(house: House) -> list[str]:
    found = list(house.do(takeable, house.desk))
    return [task for task in found if house.do(assign, house.desk, task)]


def test_a_full_team_keeps_nobody_else_waiting(sales: House) -> None:
    full(sales)
    stuck, other = waiting(sales, "one", 90), waiting(sales, "two", 10)
    assert round_of(sales) == [other]
    assert (owner(sales, stuck), owner(sales, other)) == (None, BOB)


def test_the_best_comes_first_and_only_while_there_is_room(sales: House) -> None:
    low, high = waiting(sales, "one", 10), waiting(sales, "one", 90)
    assert round_of(sales) == [high]
    assert (owner(sales, low), owner(sales, high)) == (None, ANN)


def test_what_somebody_has_meanwhile_stays_theirs(sales: House) -> None:
    task = waiting(sales, "two", 10)
    assert sales.do(assign, sales.desk, task)
    assert not sales.do(assign, sales.desk, task)


def test_a_round_looks_at_a_few_however_many_wait(sales: House) -> None:
    full(sales)
    for score in range(BEST + OTHERS + 5):
        waiting(sales, "one", score)
    with statements() as asked:
        assert sales.do(takeable, sales.desk) == []
    assert BEST <= asked["select leads"] <= BEST + OTHERS
