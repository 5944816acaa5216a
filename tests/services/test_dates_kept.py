"""Dates that let leads in are noted also while a campaign is paused, or cannot be read; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from nurture.services.enrol import enrol
from nurture.services.held_door import let_go
from nurture.services.library import Library
from nurture.services.pause import pause_campaign, resume_campaign
from nurture.services.scans.dates import next_date
from nurture.services.scans.plan import SURPLUS, plan_scans
from nurture.store.tables import campaign_versions, campaigns
from tests.fixtures.content import House
from tests.services.test_scans import STEPS, begin, inside, settle, to, write

AT = {"at": "lead.renewal - 60d"}


def dated(house: House) -> None:
    write(house, "new@people.example", {"lead.renewal": "2026-05-05"})


def pause(house: House) -> None:
    house.do(pause_campaign, house.desk.clock, "talk")


def resume(house: House) -> None:
    house.do(resume_campaign, "talk")
    settle(house)


def begins_paused(house: House) -> None:
    """Before the first look at everybody."""
    house.lead(fields={"renewal": "2026-05-05"})
    begin(house, enrol=AT)
    pause(house)
    settle(house)
    resume(house)


def gets_it_in_a_pause(house: House) -> None:
    begin(house, enrol=AT)
    settle(house)
    pause(house)
    dated(house)
    resume(house)


def cannot_be_read(house: House) -> None:
    """Until a version that can is published again, with the same dates."""
    begin(house, enrol=AT)
    settle(house)
    spoil(house, {"campaign": "talk", "enrol": AT, "steps": [{"teleport": "home"}]})
    dated(house)
    house.publish({"campaign": "talk", "steps": [*STEPS[:2], {"end": "mended"}], "enrol": AT})
    to(house, minutes=11)


def nothing_of_it_can_be_read(house: House) -> None:
    """Until Nurture can read it again, with nothing published."""
    begin(house, enrol=AT)
    settle(house)
    good = spoil(house, {"campaign": "talk", "enrol": {"at": 7}})
    dated(house)
    spoil(house, good)
    to(house, minutes=11)


def spoil(house: House, document: dict[str, Any]) -> dict[str, Any]:
    """What stood there. As after an upgrade: the relay starts, with nothing kept of the versions."""

    def write_it(conn: Connection) -> dict[str, Any]:
        live = conn.scalars(select(campaigns.c.live)).one()
        own = campaign_versions.c.hash == live
        there: dict[str, Any] = conn.scalars(select(campaign_versions.c.document).where(own)).one()
        conn.execute(update(campaign_versions).where(own).values(document=document))
        return there

    there: dict[str, Any] = house.do(write_it)
    house.desk.library = Library()
    house.do(plan_scans, house.desk.clock)
    settle(house)
    return there


@pytest.mark.parametrize(
    "story", [begins_paused, gets_it_in_a_pause, cannot_be_read, nothing_of_it_can_be_read]
)
def test_no_date_is_lost(house: House, story: Callable[[House], None]) -> None:
    story(house)
    assert inside(house) == set()
    assert house.do(next_date, "talk") is not None
    to(house, days=10)
    assert len(inside(house)) == 1


def test_a_date_that_comes_in_a_pause_lets_in_after_it(house: House) -> None:
    house.lead(fields={"renewal": "2026-05-05"})
    begin(house, enrol=AT)
    settle(house)
    pause(house)
    to(house, days=3, hours=15)
    assert inside(house) == set()
    resume(house)
    to(house, days=3, hours=17)
    assert len(inside(house)) == 1


def test_who_is_let_go_from_the_door_in_a_pause_comes_in_after_it(house: House) -> None:
    begin(house, enrol={"on": "guide-form", "expect": "1 per day"})
    for lead in [house.lead() for _ in range(12)]:
        house.do(enrol, house.desk, "talk", lead, "test")
    there = len(inside(house))
    assert there < 12
    pause(house)
    house.do(let_go, house.desk, "talk", SURPLUS)
    settle(house)
    assert len(inside(house)) == there
    resume(house)
    to(house, hours=2)
    assert len(inside(house)) == 12
