"""A campaign is edited while leads sleep in all its steps, a thousand of them with NURTURE_TEST_FULL=1: what
the preview says is what happens, nobody gets a wave of what is overdue, and a rollback puts all back."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select

from nurture.services.audit import audit
from nurture.services.enrol import enrol
from nurture.services.event_leads import LeadRef
from nurture.services.ingest import NewEvent, ingest
from nurture.services.move_preview import preview
from nurture.services.moving import move_all
from nurture.services.moving_rows import Target
from nurture.services.releases import rollback
from nurture.services.stepping import step_to
from nurture.store.tables import handoffs, journeys, sends
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")

SALES = {"handoff": "inside-sales", "why": "Silent for long", "rejected": [{"wait": "60d"}, {"end": "no"}]}
OLD: dict[str, Any] = {
    "campaign": "guide",
    "enrol": {"on": "guide-form"},
    "steps": [
        {
            "choose": "group",
            "ways": [
                {"way": name, "when": f'lead.industry == "{name}"', "then": [{"go": name}]}
                for name in ("asking", "quiet", "talk")
            ],
            "otherwise": ["next"],
        },
        {"send": "first"},
        {"wait": "10d"},
        {"send": "second"},
        {"go": "asking"},
    ],
    "sections": {
        "asking": [
            {"wait": "up to 20d", "name": "ask", "until": 'happened("demo-booked")'},
            {"go": "quiet"},
        ],
        "quiet": [
            {"wait": "30d", "name": "rest"},
            {"send": "third", "unless": ["lead.customer"]},
            {"go": "talk"},
        ],
        "talk": [SALES, {"end": "done"}],
    },
}
FULL = "NURTURE_TEST_FULL"
"""With it a thousand leads sleep, which takes minutes: before a release, and after a change to moves."""
EACH = {"sqlite": 200 if FULL in os.environ else 16, "postgresql": 12}
GROUPS = {"over": 0.0, "asking": 0.0, "quiet": 0.0, "soon": 2.5, "talk": 2.95}
"""Leads of each kind -> the day on which they enter."""
TODAY = MONDAY + timedelta(days=3)
RATE = 20.0


def edited() -> dict[str, Any]:
    """Another name for the first message, waits that are shorter, longer and gone."""
    new = deepcopy(OLD)
    new["steps"][1] = {"send": "welcome", "message": "first"}
    new["steps"][2] = {"wait": "2d"}
    new["sections"]["asking"][0]["wait"] = "up to 30d"
    del new["sections"]["quiet"][0]
    new["sections"]["talk"][0]["why"] = "Silent, and worth a call"
    return new | {"moved": {"first": "welcome"}}


def each_of(engine: Engine) -> int:
    """Of each of the five kinds."""
    return EACH["sqlite" if engine.house.store.is_sqlite else "postgresql"]


async def at(engine: Engine, instant: datetime) -> None:
    """There in one step: whatever is due until then is done, in any order."""
    engine.house.do(step_to, instant)
    await engine.stepper.settle()


async def asleep_everywhere(engine: Engine) -> dict[str, list[str]]:
    house = engine.house
    house.publish(OLD)
    each = each_of(engine)
    groups: dict[str, list[str]] = {}
    for name, day in GROUPS.items():
        await engine.stepper.to(MONDAY + timedelta(days=day))
        groups[name] = [house.lead(fields={"industry": name}) for _ in range(each)]
        house.do(_enrol_all, engine, groups[name])
    await engine.stepper.to(TODAY)
    return groups


def _enrol_all(conn: Connection, engine: Engine, leads: Iterable[str]) -> None:
    for lead in leads:
        assert enrol(conn, engine.house.desk, "guide", lead, "test").journey


def heard(engine: Engine) -> list[str]:
    """What leads have got; sales people are told of their tasks too."""
    return [subject for subject in engine.subjects if subject.startswith("About ")]


def rows(engine: Engine) -> dict[str, Row[Any]]:
    query = select(journeys).order_by(journeys.c.id)
    return engine.house.do(lambda conn: {row.lead_id: row for row in conn.execute(query)})


def stands(row: Row[Any]) -> tuple[Any, ...]:
    return row.version, row.step, row.position, row.effect, row.due, row.listens


async def test_a_live_edit_under_a_thousand_sleepers(engine: Engine) -> None:
    house, desk = engine.house, engine.house.desk
    each = each_of(engine)
    groups = await asleep_everywhere(engine)
    before = rows(engine)
    mails = len(heard(engine))
    new = house.publish(edited())
    target = Target("guide", new, rate=RATE)

    told = house.store.read_sync(preview, desk, target)
    assert {(way.step, way.to, way.fate): count for way, count in told.ways} == {
        ("first+wait", "welcome+wait", "at once"): each,
        ("first+wait", "welcome+wait", "sooner"): each,
        ("ask", "ask", "later"): each,
        ("rest", "third", "next step"): each,
        ("inside-sales", "inside-sales", "same"): each,
    }
    done = move_all(house.store, desk, target, "test")
    assert done.ways == Counter(dict(told.ways))
    assert done.in_hand == 0
    moved = rows(engine)
    assert {row.version for row in moved.values()} == {new}
    assert Counter(row.step for row in moved.values()) == {
        "welcome+wait": each,  # their wait is over
        "second": each,  # asleep before it
        "ask": each,
        "third": each,
        "inside-sales": each,
    }

    back = rollback(house.store, desk, "guide", "test")
    assert (back.journeys, back.nowhere, back.stay) == (len(before), 0, 0)
    restored = rows(engine)
    assert {lead: stands(row) for lead, row in restored.items()} == {
        lead: stands(row) for lead, row in before.items()
    }
    assert house.do(_names, before) == {"first"}
    await engine.stepper.settle()
    assert len(heard(engine)) == mails, "nobody got anything by all this"

    assert house.publish(edited()) == new
    assert move_all(house.store, desk, target, "test").ways == done.ways
    await engine.stepper.settle()
    assert len(heard(engine)) - mails <= 1
    await at(engine, TODAY + timedelta(seconds=5))
    assert len(heard(engine)) - mails <= 5 * RATE + 1
    await at(engine, TODAY + timedelta(seconds=6 + 2 * each / RATE))
    assert Counter(heard(engine)[mails:]) == {"About second": each, "About third": each}
    house.do(_book, engine, groups["asking"][0])
    await at(engine, TODAY + timedelta(days=2))
    assert Counter(heard(engine)[mails:]) == {"About second": 2 * each, "About third": each + 1}
    assert engine.house.do(_tasks) == 2 * each + 1
    found = await audit(house.store, desk.clock, engine.client)
    strangers = "workflows of no journey"  # of other tests, which use the same server
    assert [one for one in found.findings if not one.holds and one.name != strangers] == []
    assert found.balance["lost"] == 0
    assert house.do(_sent_twice) == []


def _names(conn: Connection, before: dict[str, Row[Any]]) -> set[str]:
    return set(conn.scalars(select(sends.c.step).where(sends.c.step != "")))


def _book(conn: Connection, engine: Engine, lead: str) -> None:
    """What the new version listens for is heard at once."""
    ingest(conn, engine.house.desk.clock, [NewEvent("test", lead, "demo.booked", LeadRef(id=lead))])


def _tasks(conn: Connection) -> int:
    return len(conn.execute(select(handoffs.c.id)).all())


def _sent_twice(conn: Connection) -> list[tuple[str, str]]:
    mails = conn.execute(select(sends).where(sends.c.step != ""))
    sent = Counter((row.journey_id, row.step) for row in mails)
    return [key for key, count in sent.items() if count > 1]
