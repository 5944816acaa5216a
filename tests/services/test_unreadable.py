"""A version that cannot be read beside one that can, as after an upgrade: its journeys wait for a person,
and all others go on; on both databases."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Connection, select, update

from nurture.client import Client
from nurture.clock import step
from nurture.contract import Turn
from nurture.relay.looking import look_at_pages
from nurture.relay.loop import Relay
from nurture.services import engagement
from nurture.services.attention import retry
from nurture.services.changes import announce
from nurture.services.enrol import enrol
from nurture.services.library import Library, Unreadable
from nurture.services.live import set_live
from nurture.services.look import look, waiting_leads, waiting_pages
from nurture.services.moving import move_all
from nurture.services.moving_rows import Target
from nurture.services.scans.plan import plan_scans
from nurture.services.scans.run import scan
from nurture.services.turns import UNREADABLE
from nurture.services.wakes import Spread
from nurture.store.tables import campaign_versions, events, journeys, outbox, policy_versions, timeline
from tests.fixtures.content import MONDAY, House

STEPS = [{"wait": "up to 20d", "until": 'happened("demo-booked")'}, {"end": "done"}]


def campaign(name: str, **more: Any) -> dict[str, Any]:
    return {"campaign": name, "enrol": {"on": "guide-form"}, "steps": STEPS, **more}


def spoil(conn: Connection, version: str) -> None:
    """As stored by a Nurture that knew another verb."""
    bad = {"campaign": "bad", "steps": [{"teleport": "home"}], "enrol": {"on": 7, "every": {"x": 1}}}
    conn.execute(update(campaign_versions).where(campaign_versions.c.hash == version).values(document=bad))


def two(house: House, **more: Any) -> str:
    """The version of the bad one; a lead is in both."""
    version = house.publish(campaign("bad", **more))
    house.publish(campaign("good", **more))
    lead = house.lead()
    for name in ("bad", "good"):
        house.do(enrol, house.desk, name, lead, "test")
        turn(house, name)
    house.do(lambda conn: conn.execute(outbox.delete()))
    house.do(spoil, version)
    house.desk.library = Library()
    return version


def happens(house: House, kind: str, data: dict[str, Any], lead: str) -> None:
    house.do(announce, lead, kind, data, f"{kind}/{lead}", MONDAY)
    for one in house.do(waiting_leads, house.desk):
        house.do(look, house.desk, one)


def of(house: House, name: str) -> Any:
    query = select(journeys).where(journeys.c.campaign == name)
    return house.do(lambda conn: conn.execute(query.order_by(journeys.c.entered_at)).first())


def turn(house: House, name: str) -> Turn:
    row = of(house, name)
    due = Turn(row.id, row.turn, row.step, "check_engagement", MONDAY.isoformat())
    return cast(Turn, house.do(engagement.check, house.desk, due))


def test_an_event_goes_to_the_good_one_and_the_bad_one_needs_attention(house: House) -> None:
    two(house)
    lead = of(house, "good").lead_id
    happens(house, "demo.booked", {}, lead)
    woken = set(house.do(lambda conn: conn.scalars(select(outbox.c.record)).all()))
    assert woken == {of(house, "bad").id, of(house, "good").id}
    turn(house, "good")
    turn(house, "bad")
    assert of(house, "good").outcome == "done"
    assert of(house, "bad").attention == UNREADABLE
    told = house.do(lambda conn: conn.scalars(select(timeline.c.reason)).all())
    assert any("the campaign bad cannot be read" in reason for reason in told)


def test_the_good_one_takes_new_leads_in(house: House) -> None:
    two(house)
    newcomer = house.lead()
    happens(house, "form.submitted", {"form": "guide"}, newcomer)
    entered = select(journeys.c.campaign).where(journeys.c.lead_id == newcomer)
    assert house.do(lambda conn: conn.scalars(entered).all()) == ["good"]
    with pytest.raises(Unreadable, match="nurture check"):
        house.do(enrol, house.desk, "bad", newcomer, "by hand")


def test_who_is_in_the_bad_one_stays_in_it_where_the_good_one_excludes_it(house: House) -> None:
    version = house.publish(campaign("bad"))
    house.publish(campaign("good", never_with=["bad"], priority=9))
    lead = house.lead()
    house.do(enrol, house.desk, "bad", lead, "test")
    house.do(spoil, version)
    house.desk.library = Library()
    assert house.do(enrol, house.desk, "good", lead, "test").refused == "in bad"


def test_scans_of_the_good_one_go_on(house: House) -> None:
    two(house, enrol={"every": "monday 10:00"})
    house.lead()
    house.do(plan_scans, house.desk.clock)
    house.do(step, MONDAY + timedelta(hours=2))
    rounds = 0
    while house.do(scan, house.desk):
        rounds += 1
        assert rounds < 10, "the bad one is not looked at all the time"
    count = select(journeys.c.campaign).where(journeys.c.cause.like("every%"))
    assert house.do(lambda conn: conn.scalars(count).all()) == ["good"]


def test_a_version_that_can_be_read_mends_it(house: House) -> None:
    two(house)
    turn(house, "bad")
    assert of(house, "bad").attention == UNREADABLE
    better = house.publish(campaign("bad", title="Better"))
    done = move_all(house.store, house.desk, Target("bad", better))
    assert done.journeys == 1
    house.do(retry, UNREADABLE, None, Spread(10))
    lead = of(house, "bad").lead_id
    happens(house, "demo.booked", {}, lead)
    turn(house, "bad")
    assert of(house, "bad").outcome == "done"


def test_what_cannot_be_read_is_not_published(house: House) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        house.publish({"campaign": "bad", "steps": [{"teleport": "home"}]}, {"x": {}})


@pytest.mark.parametrize("kind", ["sales", "dictionary"])
async def test_policies_that_cannot_be_read_stop_nothing_else(
    house: House, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The relay says so and goes on; a decision that needs them is made later."""
    house.publish(campaign("good"))
    lead = house.lead()
    house.do(enrol, house.desk, "good", lead, "test")
    spoiled = update(policy_versions).where(policy_versions.c.kind == kind)
    house.do(lambda conn: conn.execute(spoiled.values(document={"teams": 3, "fields": 3})))
    house.desk.library = Library()
    house.do(announce, lead, "demo.booked", {}, "x", MONDAY)
    relay = Relay(house.store, house.desk, cast(Client, None), 50)
    with caplog.at_level(logging.ERROR):
        assert await look_at_pages(house.store, house.desk, house.do(waiting_pages, house.desk)) == 0
    assert "policies cannot be read" in caplog.text
    await relay._see_to(plan_scans, house.desk.clock)
    unread = select(events.c.looked_at).where(events.c.lead_id == lead)
    assert house.do(lambda conn: conn.scalars(unread).all()) == [None]
    turn(house, "good")
    row = of(house, "good")
    assert (row.hold, row.attention, row.state) == ("policies", None, "open")
    assert row.due > MONDAY


def test_a_live_version_can_be_taken_out_of_the_way(house: House) -> None:
    bad = two(house)
    good = house.publish(campaign("bad", title="Better"))
    assert good != bad
    house.do(set_live, house.desk.clock, "bad", good)
    happens(house, "form.submitted", {"form": "guide"}, house.lead())
    assert house.do(lambda conn: len(conn.execute(select(journeys)).all())) == 4
