"""Letting in and keeping out, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from nurture.contract import Turn
from nurture.services import engagement
from nurture.services.attention import retry
from nurture.services.changes import announce
from nurture.services.enrol import enrol
from nurture.services.look import look
from nurture.services.turns import as_turn, find
from nurture.services.wakes import Spread
from nurture.store.columns import new_id
from nurture.store.tables import journeys, leads, timeline
from nurture.store.tables import points as table_points
from tests.fixtures.content import MONDAY, House
from tests.rows import Rows

WAITS: list[dict[str, Any]] = [{"wait": "30d"}, {"end": "done"}]
STEPS: list[dict[str, Any]] = [{"send": "hello"}, {"wait": "3d"}, {"end": "done"}]


def happens(house: House, lead: str, kind: str, key: str, **data: Any) -> None:
    house.do(announce, lead, kind, data, key, MONDAY)
    house.do(look, house.desk, lead)


def campaign(**more: Any) -> Mapping[str, Any]:
    return {"campaign": "talk", "steps": STEPS, **more}


def entered(house: House, lead: str) -> list[str]:
    query = select(journeys.c.key).where(journeys.c.lead_id == lead).order_by(journeys.c.entry)
    return list(house.do(lambda conn: conn.scalars(query).all()))


def turn_of(conn: Connection, house: House, journey: str) -> Turn:
    row = find(conn, journey)
    assert row is not None
    return as_turn(conn, house.desk, row)


def test_a_stage_a_field_and_a_happening_open_the_door(house: House) -> None:
    on = ["guide-form", "changes lead.industry", "becomes MQL"]
    house.publish(campaign(enrol={"on": on}))
    for kind, data in (
        ("form.submitted", {"form": "guide"}),
        ("lead.changed", {"fields": ["lead.industry"]}),
        ("stage.changed", {"stage": "MQL"}),
    ):
        lead = house.lead()
        happens(house, lead, kind, f"{kind}/{lead}", **data)
        assert entered(house, lead) == [""], kind
    lead = house.lead()
    happens(house, lead, "stage.changed", "other", stage="SQL")
    assert entered(house, lead) == []


def test_the_condition_at_the_door_sees_what_has_happened(house: House) -> None:
    when = 'count("prices-page", "7d") >= 2'
    house.publish(campaign(enrol={"on": "prices-page", "if": when}))
    lead = house.lead()
    happens(house, lead, "page.viewed", "1", path="/prices")
    assert entered(house, lead) == []
    query = select(timeline.c.kind, timeline.c.reason).where(timeline.c.lead_id == lead)
    told = house.do(lambda conn: conn.execute(query).all())
    assert [line.kind for line in told] == ["not let in"]
    assert told[0].reason.startswith(f"talk: enrol.if: {when}")
    happens(house, lead, "page.viewed", "2", path="/prices/eu")
    assert entered(house, lead) == [""]


def test_a_key_of_the_event(house: House) -> None:
    house.publish(campaign(enrol={"on": "guide-form", "key": "event.webinar"}))
    lead = house.lead()
    for number, webinar in enumerate(("spring", "spring", "autumn")):
        happens(house, lead, "form.submitted", str(number), form="guide", webinar=webinar)
    assert entered(house, lead) == ["spring", "autumn"]


def test_whoever_is_not_in_the_audience_stays_out_and_goes_out(house: House) -> None:
    house.publish(campaign(audience='lead.industry == "food"'))
    stranger = house.lead(fields={"industry": "media"})
    assert house.do(enrol, house.desk, "talk", stranger, "1").refused == "not in the audience"
    lead = house.lead(fields={"industry": "food"})
    journey = house.do(enrol, house.desk, "talk", lead, "1").journey
    house.do(lambda conn: conn.execute(update(leads).values(fields={"industry": "media"})))
    turn = house.do(turn_of, house, journey)
    house.do(engagement.check, house.desk, turn)
    assert house.do(find, journey).outcome == "not-audience"


def test_a_change_that_takes_her_out_of_the_audience_wakes_her(house: House) -> None:
    house.publish({"campaign": "talk", "audience": ["score >= 10", "!lead.customer"], "steps": WAITS})
    lead = house.lead()
    house.do(announce, lead, "form.submitted", {}, "points", MONDAY)
    house.do(give, lead, 40)
    journey = house.do(enrol, house.desk, "talk", lead, "1").journey
    house.do(engagement.check, house.desk, house.do(turn_of, house, journey))
    house.do(lambda conn: conn.execute(update(journeys).values(woken=False)))
    happens(house, lead, "lead.changed", "none", fields=["lead.industry"])
    assert not house.do(find, journey).woken
    house.do(lambda conn: conn.execute(update(leads).values(fields={"customer": True})))
    happens(house, lead, "lead.changed", "some", fields=["lead.customer"])
    assert house.do(find, journey).woken
    # Points fade without an event: what time alone can undo is looked at daily.
    row = house.do(find, journey)
    assert row.due == MONDAY + timedelta(days=1)


def give(conn: Connection, lead: str, points: int) -> None:
    row = {"id": new_id(), "lead_id": lead, "rule": "hand", "points": points, "at": MONDAY}
    conn.execute(insert(table_points).values(**row, policy="", key=f"hand/{lead}"))


def test_a_condition_that_fails_is_not_a_no(house: House) -> None:
    """She waits at the door until the field is mended, and is asked again."""
    house.publish(campaign(enrol={"if": 'lead.industry == "food"'}))
    found = {}
    for name, mended in (("in", "food"), ("out", "media")):
        lead = house.lead(fields={"industry": 7})
        journey = found[name] = house.do(enrol, house.desk, "talk", lead, "1").journey
        row = house.do(find, journey)
        assert (row.attention, row.position["unasked"]) == ("condition", True)
        mend = update(leads).where(leads.c.id == lead).values(fields={"industry": mended})
        house.do(lambda conn, mend=mend: conn.execute(mend))
    house.do(retry, None, None, Spread(1000))
    for journey in found.values():
        house.do(engagement.check, house.desk, house.do(turn_of, house, journey))
    assert house.do(find, found["in"]).effect == "send_message"
    assert house.do(find, found["out"]).outcome == "not-audience"


def test_the_door_knows_who_is_with_sales(house: House) -> None:
    house.publish(campaign(enrol={"on": "guide-form", "if": "!with_sales"}))
    free, asked, colleague = house.lead(), house.lead(), house.lead(handed_at=MONDAY)
    house.publish({**campaign(), "campaign": "other"})
    journey = house.do(enrol, house.desk, "other", asked, "test").journey
    Rows(house.store).handoff(asked, journey, kind="call", state="open")
    for lead in (free, asked, colleague):
        happens(house, lead, "form.submitted", f"form/{lead}", form="guide")
    assert [len(entered(house, lead)) for lead in (free, asked, colleague)] == [1, 1, 0]
