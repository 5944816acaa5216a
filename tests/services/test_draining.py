"""A drain: nobody new comes in before the journeys on the older version are over, and then all who waited."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from nurture.cli.attention import HELD
from nurture.services.draining import end_drains
from nurture.services.enrol import enrol
from nurture.services.held_door import DRAINING, held_counts
from nurture.services.publish import publish_campaign
from nurture.store.tables import held_leads, journeys
from tests.fixtures.content import House, messages_of
from tests.services.test_turns import GUIDE, begin, row

CHANGED: dict[str, Any] = {**GUIDE, "title": "Another title"}


def drain(house: House) -> str:
    done = house.do(publish_campaign, house.desk.clock, CHANGED, messages_of(CHANGED), "test", "drain")
    return str(done.hash)


def test_who_comes_meanwhile_waits_at_the_door(house: House) -> None:
    turn = begin(house)
    new = drain(house)
    late = house.lead()
    assert house.do(enrol, house.desk, "guide", late, "test:2").refused == "held: draining"
    assert house.do(end_drains, house.desk) == 0
    assert [one["reason"] for one in house.do(held_counts)] == [DRAINING]
    assert DRAINING in HELD
    house.do(lambda conn: conn.execute(update(journeys).values(state="ended", outcome="done")))
    assert house.do(end_drains, house.desk) == 1
    [entered] = house.do(
        lambda conn: list(conn.scalars(select(journeys.c.id).where(journeys.c.lead_id == late)))
    )
    assert row(house, entered).version == new != row(house, turn.journey).version
    assert house.do(lambda conn: conn.execute(select(held_leads)).all()) == []
    assert house.do(enrol, house.desk, "guide", house.lead(), "test:3").journey


def test_an_unchanged_campaign_drains_nothing(house: House) -> None:
    begin(house, CHANGED)
    drain(house)
    assert house.do(enrol, house.desk, "guide", house.lead(), "test:2").journey
