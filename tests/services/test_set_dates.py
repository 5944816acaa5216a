"""Dates that a campaign writes, in the database and in the next decision."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nurture.services import engagement
from nurture.store.tables import leads
from tests.fixtures.content import House
from tests.services.test_turns import begin, row

MARKS: dict[str, Any] = {
    "campaign": "marks",
    "steps": [
        {"do": "mark", "set": {"lead.renewal": "today"}},
        {"wait": "to lead.renewal + 3d"},
        {"end": "over"},
    ],
}


def test_a_day_is_kept_as_a_day_and_counted_where_the_lead_is(house: House) -> None:
    turn = begin(house, MARKS, zone="Asia/Tokyo")
    turn = house.do(engagement.check, house.desk, turn)
    turn = house.do(engagement.update_crm, house.desk, turn)
    assert house.do(lambda conn: conn.scalar(select(leads.c.fields))) == {"renewal": "2026-03-02"}
    assert row(house, turn.journey).due.isoformat() == "2026-03-04T15:00:00+00:00"
