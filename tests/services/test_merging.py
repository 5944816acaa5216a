"""What a merge takes along: what happened, what is told, what counts, and what journeys listen for."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from nurture.services import engagement
from nurture.services.changes import announce
from nurture.services.look import look
from nurture.services.merge import merge
from nurture.store.tables import events, leads, points, timeline, waits
from tests.fixtures.content import MONDAY, House
from tests.services.test_turns import begin, row

WAITS = {
    "campaign": "guide",
    "enrol": {"on": "guide-form"},
    "steps": [{"wait": "up to 10d", "until": 'happened("demo-booked")'}, {"end": "done"}],
}


def whose(conn: Connection, *tables: Any) -> set[str]:
    return {str(one) for table in tables for one in conn.scalars(select(table.c.lead_id))}


def test_the_history_goes_to_the_lead_that_is_left_and_her_journeys_hear_it(house: House) -> None:
    turn = begin(house, WAITS)
    turn = house.do(engagement.check, house.desk, turn)
    twin = row(house, turn.journey).lead_id
    ann = house.lead()
    house.do(announce, twin, "page.viewed", {"path": "/prices"}, "x", MONDAY)
    house.do(look, house.desk, twin)
    given = {"id": twin, "lead_id": twin, "rule": "r", "points": 7.0, "at": MONDAY, "policy": "", "key": "k"}
    house.do(lambda conn: conn.execute(points.insert().values(given)))
    house.do(merge, house.desk.clock, twin, ann)
    assert house.do(whose, events, timeline, points, waits) == {ann}
    types = house.do(lambda conn: set(conn.scalars(select(events.c.type))))
    assert {"page.viewed", "score.changed"} <= types, "whoever waits for the score looks again"

    house.do(announce, ann, "demo.booked", {}, "y", MONDAY)
    house.do(look, house.desk, ann)
    assert row(house, turn.journey).woken
    house.do(engagement.check, house.desk, turn)
    assert row(house, turn.journey).outcome == "done"


def test_who_was_merged_before_is_of_the_lead_that_is_left_now(house: House) -> None:
    one, two, three = (house.lead() for _ in range(3))
    house.do(merge, house.desk.clock, one, two)
    house.do(merge, house.desk.clock, two, three)
    into = house.do(lambda conn: set(conn.scalars(select(leads.c.merged_into))))
    assert into == {None, three}


@pytest.mark.parametrize(
    ("twin", "ann", "stage"),
    [
        ("customer", "MQL", "customer"),
        ("MQL", "disqualified", "disqualified"),
        ("disqualified", "MQL", "disqualified"),
        ("disqualified", "SQL", "SQL"),
        ("lead", "recycled", "recycled"),
    ],
)
def test_the_farther_stage_and_the_later_hold_are_those_of_both(
    house: House, twin: str, ann: str, stage: str
) -> None:
    one, two = house.lead(), house.lead()
    for lead, values in ((one, {"stage": twin, "replied_at": MONDAY}), (two, {"stage": ann})):
        house.do(
            lambda conn, lead=lead, values=values: conn.execute(
                update(leads).where(leads.c.id == lead).values(values)
            )
        )
    house.do(merge, house.desk.clock, one, two)
    left = house.do(lambda conn: conn.execute(select(leads).where(leads.c.id == two)).one())
    assert (left.stage, left.replied_at) == (stage, MONDAY)
    told = house.do(lambda conn: conn.scalar(select(events.c.id).where(events.c.type == "stage.changed")))
    assert (told is not None) == (stage != ann)
