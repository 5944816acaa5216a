"""Leads in the queues of sales: each goes to whoever has room, and no full team keeps others waiting."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from nurture.bench.statements import statements
from nurture.services.publish import publish_policy
from nurture.services.sales_queue import BEST, FIRST, OTHERS, assign, columns, takeable
from nurture.store.columns import new_id
from nurture.store.session import Store
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
    values = {"team": team, "context": {"score": score}, "rank": score}
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


def test_a_long_queue_is_read_by_its_indexes(sqlite_store: Store) -> None:
    def plan(conn: Connection) -> list[str]:
        seen: list[str] = []
        queries = [columns().where(handoffs.c.team == "one").order_by(*FIRST).limit(BEST)]
        queries += [columns().where(handoffs.c.id >= new_id()).order_by(handoffs.c.id).limit(OTHERS)]
        for query in queries:
            words = str(query.compile(conn, compile_kwargs={"literal_binds": True}))
            seen += [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}")]
        return seen

    first, second = sqlite_store.read_sync(plan)
    assert "ix_handoffs_queue " in first
    assert "ix_handoffs_queued (kind=? AND id>?)" in second


def test_what_is_handed_over_has_its_rank(store: Store) -> None:
    rows = Rows(store)
    rows.installed()
    rows.campaign()
    given: tuple[dict[str, Any], ...] = ({"score": 72}, {"score": None}, {})
    people = [rows.lead() for _ in given]
    made = [
        rows.handoff(one, rows.journey(one), context=context)
        for one, context in zip(people, given, strict=False)
    ]
    query = select(handoffs.c.id, handoffs.c.rank)
    ranks = dict(tuple(row) for row in store.read_sync(lambda conn: conn.execute(query).all()))
    assert [ranks[one] for one in made] == [72.0, -1.0, -1.0]
