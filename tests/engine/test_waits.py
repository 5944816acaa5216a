"""Events and waits meet in every order, through the real way in; each does what the file says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from nurture.services.enrol import enrol
from nurture.services.event_leads import LeadRef
from nurture.services.ingest import NewEvent, ingest
from nurture.services.stepping import step_to
from nurture.store.tables import journeys, timeline
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")

CAMPAIGN = {
    "campaign": "talk",
    "enrol": {"on": "guide-form"},
    "steps": [
        {"send": "first"},
        {"wait": "1d"},
        {
            "wait": "up to 10d",
            "until": 'happened("demo-booked")',
            "time_up": [{"end": "silent"}],
        },
        {"end": "booked"},
    ],
}
BEGINS, DEADLINE = MONDAY + timedelta(days=1), MONDAY + timedelta(days=11)
DURING, AFTER = MONDAY + timedelta(days=3), MONDAY + timedelta(days=12)
EXPECTED: Mapping[str, tuple[str, datetime]] = {
    "before": ("booked", BEGINS),
    "during": ("booked", DURING),
    "during, twice": ("booked", DURING),
    "during, told twice": ("booked", DURING),
    "at the deadline": ("booked", DEADLINE),
    "after": ("silent", DEADLINE),
    "of before she entered": ("silent", DEADLINE),
    "late and out of order": ("booked", DURING),
    "never": ("silent", DEADLINE),
}


async def test_events_and_waits_in_every_order(engine: Engine) -> None:
    house = engine.house
    house.publish(CAMPAIGN)
    leads = {case: house.lead() for case in EXPECTED}
    for lead in leads.values():
        assert house.do(enrol, house.desk, "talk", lead, "test").journey
    await engine.stepper.settle()

    def booked(case: str, key: str = "1", at: datetime | None = None) -> None:
        event = NewEvent("test", f"{case}/{key}", "demo.booked", LeadRef(id=leads[case]), occurred_at=at)
        house.do(ingest, house.desk.clock, [event])

    booked("before")
    await engine.stepper.to(DURING)
    booked("during")
    for key in ("1", "2"):
        booked("during, twice", key)
        booked("during, told twice", "1")
    booked("of before she entered", at=MONDAY - timedelta(hours=1))
    booked("late and out of order", at=DURING - timedelta(hours=1))
    booked("late and out of order", "2", at=DURING - timedelta(hours=2))
    await engine.stepper.to(DEADLINE - timedelta(minutes=1))
    house.do(_at_once, engine, leads["at the deadline"])
    await engine.stepper.to(AFTER)
    booked("after")
    await engine.stepper.settle()
    found = {case: house.do(_ended, lead) for case, lead in leads.items()}
    assert found == EXPECTED
    assert len(engine.subjects) == len(leads)


def _at_once(conn: Connection, engine: Engine, lead: str) -> None:
    """The deadline and the event become true in one commit."""
    step_to(conn, DEADLINE)
    event = NewEvent("test", "deadline", "demo.booked", LeadRef(id=lead))
    ingest(conn, engine.house.desk.clock, [event])


def _ended(conn: Connection, lead: str) -> tuple[str | None, datetime]:
    row = conn.execute(select(journeys).where(journeys.c.lead_id == lead)).one()
    ends = conn.execute(
        select(timeline).where(timeline.c.journey_id == row.id, timeline.c.kind == "ended")
    ).all()
    assert len(ends) == 1, "a journey ends once"
    return row.outcome, ends[0].at
