"""Campaigns for records: each deal of a lead has a journey of its own, on both databases."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from nurture.clock import step
from nurture.contract import Turn
from nurture.services import engagement
from nurture.services.enrol import enrol
from nurture.services.enrol_selection import enrol_many
from nurture.services.event_leads import LeadRef
from nurture.services.facts import load_facts
from nurture.services.importing_csv import scan as scan_csv
from nurture.services.importing_records import import_records
from nurture.services.ingest import ingest
from nurture.services.look import look, waiting_leads
from nurture.services.merge import merge
from nurture.services.publish import publish_policy
from nurture.services.scans.run import scan
from nurture.services.turns import as_turn, find
from nurture.store.tables import journeys, leads, records
from nurture.web.events_body import Refused, read_body
from tests.fixtures.content import DICTIONARY, MONDAY, House

HAPPENINGS = {**DICTIONARY["happenings"], "won": {"event": "deal.won"}}  # type: ignore[dict-item]
FIELDS = {**DICTIONARY["fields"], "deal.renewal": "date", "deal.value": "number"}  # type: ignore[dict-item]
WAITS: list[dict[str, Any]] = [
    {"wait": "up to 30d", "until": "deal.value >= 1000", "time_up": [{"end": "small"}]},
    {"end": "large"},
]


def begin(house: House, **campaign: Any) -> str:
    dictionary = {**DICTIONARY, "happenings": HAPPENINGS, "fields": FIELDS}
    house.do(publish_policy, house.desk.clock, "dictionary", dictionary)
    house.publish({"campaign": "renewal", "for": "deal", "steps": WAITS, **campaign})
    return house.lead()


def tell(house: House, lead: str, number: int, kind: str, deal: str, **fields: Any) -> None:
    event = {"id": str(number), "type": kind, "lead": {"id": lead}}
    event["record"] = {"kind": "deal", "id": deal, "fields": fields}
    body = read_body(json.dumps(event).encode(), "api:test", None)
    house.do(ingest, house.desk.clock, body.events)
    settle(house)


def settle(house: House) -> None:
    while house.do(scan, house.desk):
        pass
    while waiting := house.do(waiting_leads, house.desk):
        for lead in waiting:
            house.do(look, house.desk, lead)


def keys(house: House) -> list[str]:
    query = select(journeys.c.key).order_by(journeys.c.key)
    return list(house.do(lambda conn: conn.scalars(query).all()))


def turn(house: House, journey: str) -> Turn:
    row = house.do(find, journey)
    found: Turn = house.do(
        engagement.check, house.desk, house.do(lambda conn: as_turn(conn, house.desk, row))
    )
    return found


def test_an_event_about_a_deal_lets_that_deal_in(house: House) -> None:
    lead = begin(house, enrol={"on": "won"})
    tell(house, lead, 1, "deal.won", "D-1", value=5)
    tell(house, lead, 2, "deal.won", "D-1")
    tell(house, lead, 3, "deal.won", "D-2")
    assert keys(house) == ["D-1", "D-2"]
    row = house.do(lambda conn: conn.execute(select(records).where(records.c.external_id == "D-1")).one())
    assert (row.kind, row.lead_id, row.fields) == ("deal", lead, {"value": 5})


def test_a_change_of_the_deal_wakes_its_journey_and_no_other(house: House) -> None:
    lead = begin(house, enrol={"on": "won"})
    for number, deal in enumerate(("D-1", "D-2")):
        tell(house, lead, number, "deal.won", deal, value=5)
    found = {row.key: row for row in house.do(lambda conn: conn.execute(select(journeys)).all())}
    for row in found.values():
        turn(house, row.id)
    tell(house, lead, 9, "deal.updated", "D-2", value=5000)
    assert [house.do(find, found[key].id).woken for key in ("D-1", "D-2")] == [False, True]
    turn(house, found["D-1"].id)
    turn(house, found["D-2"].id)
    assert [house.do(find, found[key].id).outcome for key in ("D-1", "D-2")] == [None, "large"]


def test_what_happened_to_another_deal_does_not_count(house: House) -> None:
    lead = begin(house, enrol={"on": "won"}, leave={"done": 'count("won", "ever") >= 2'})
    tell(house, lead, 1, "deal.won", "D-1", value=5)
    tell(house, lead, 2, "deal.won", "D-2", value=6)
    found = {row.key: row for row in house.do(lambda conn: conn.execute(select(journeys)).all())}

    def facts(conn: Connection) -> Any:
        rules = house.desk.library.rules(conn)
        journey = found["D-1"]
        published = house.desk.library.campaign(conn, journey.version)
        return load_facts(conn, house.desk, rules, published, journey)

    loaded = house.do(facts)
    assert loaded.fields["deal.value"] == 5
    assert [event.data["record"]["id"] for event in loaded.events if event.type == "deal.won"] == ["D-1"]


def test_a_date_of_the_deal(house: House) -> None:
    lead = begin(house, enrol={"at": "deal.renewal - 60d"})
    tell(house, lead, 1, "deal.signed", "D-1", renewal="2026-05-05")
    tell(house, lead, 2, "deal.signed", "D-2", renewal="2026-06-05")
    assert keys(house) == []
    house.do(step, MONDAY + timedelta(days=4))
    settle(house)
    assert keys(house) == ["D-1"]
    settle(house)
    assert keys(house) == ["D-1"]


def test_by_hand_and_by_schedule_every_deal_comes_in(house: House) -> None:
    lead = begin(house, enrol={"every": "day 10:00", "if": "deal.value > 3"})
    tell(house, lead, 1, "deal.signed", "D-1", value=5)
    tell(house, lead, 2, "deal.signed", "D-2", value=2)
    house.do(step, MONDAY + timedelta(hours=1))
    settle(house)
    assert keys(house) == ["D-1"]
    other = house.lead()
    tell(house, other, 3, "deal.signed", "D-3", value=7)
    found = house.do(enrol_many, house.desk, "renewal", [other, house.lead()], "hand")
    assert [one.refused for one in found.values()] == [None, "no deal"]
    assert keys(house) == ["D-1", "D-3"]


def test_a_value_of_a_wrong_kind_is_not_a_no(house: House) -> None:
    lead = begin(house, enrol={"on": "won"})
    tell(house, lead, 1, "deal.won", "D-1", value="much", renewal="soon")
    (row,) = house.do(lambda conn: conn.execute(select(journeys)).all())
    turn(house, row.id)
    assert house.do(find, row.id).attention == "condition"


def test_records_go_with_a_merged_lead(house: House) -> None:
    lead, into = begin(house), house.lead()
    tell(house, lead, 1, "deal.signed", "D-1", value=5)
    house.do(merge, house.desk.clock, lead, into)
    assert house.do(lambda conn: conn.execute(select(records.c.lead_id)).scalar_one()) == into


def test_a_record_has_plain_values() -> None:
    event = {"id": "1", "type": "deal.won", "lead": {"email": "ann@ours.example"}}
    event["record"] = {"kind": "deal", "id": "D-1", "fields": {"value": [1]}}
    (found,) = read_body(json.dumps(event).encode(), "api:test", None).events
    assert isinstance(found, Refused)
    assert found.reason == "record.fields: a field is a list or an object"


def test_an_event_without_a_record_writes_none(house: House) -> None:
    lead = begin(house)
    body = read_body(json.dumps({"id": "1", "type": "page.viewed", "lead": {"id": lead}}).encode(), "a", None)
    (event,) = body.events
    assert not isinstance(event, Refused)
    assert event.lead == LeadRef(id=lead)
    house.do(ingest, house.desk.clock, [event])
    assert house.do(lambda conn: conn.execute(select(records)).all()) == []


def test_again_counts_for_each_deal(house: House) -> None:
    lead = begin(house, enrol={"on": "won"})
    tell(house, lead, 1, "deal.won", "D-1")
    assert house.do(enrol, house.desk, "renewal", lead, "x", "D-1").refused == "already in"
    assert house.do(enrol, house.desk, "renewal", lead, "y", "D-9").refused is None


def test_deals_from_a_file(house: House, tmp_path: Path) -> None:
    lead = begin(house, enrol={"on": "changes deal.value"})
    path = tmp_path / "deals.csv"
    path.write_text(
        "Email,Deal ID,Value,Renewal,Colour\n"
        "lead1@people.example,D-1,300,2026-05-05,red\n"
        "lead1@people.example,D-2,much,,\n"
        "nobody@people.example,D-3,5,,\n"
        "lead1@people.example,,5,,\n"
    )
    dictionary = house.do(lambda conn: house.desk.library.rules(conn).dictionary)
    source = scan_csv(path.with_name("deals.csv"))
    header = source.header
    assert header[1] == "Deal ID"
    report = import_records(house.store, house.desk.clock, dictionary, "deal", source)
    settle(house)
    assert (report.accepted, report.unused) == (1, ["Colour"])
    assert [line for line, _ in report.refused] == [3, 5, 4]
    row = house.do(lambda conn: conn.execute(select(records)).one())
    assert (row.external_id, row.lead_id, row.fields) == (
        "D-1",
        lead,
        {"value": 300, "renewal": "2026-05-05"},
    )
    assert keys(house) == ["D-1"]
    assert import_records(house.store, house.desk.clock, dictionary, "deal", source).known == 1


def test_a_campaign_writes_its_own_deal_and_no_other(house: House) -> None:
    steps = [
        {"do": "mark", "set": {"deal.value": 7, "lead.industry": "food"}},
        {"wait": "5d"},
        {"end": "done"},
    ]
    lead = begin(house, enrol={"on": "won"}, steps=steps)
    waits = {"campaign": "other", "for": "deal", "enrol": {"on": "changes deal.value"}, "steps": WAITS}
    house.publish(waits)
    tell(house, lead, 1, "deal.signed", "D-2", value=5)
    tell(house, lead, 2, "deal.won", "D-1")
    settle(house)
    (row,) = house.do(
        lambda conn: conn.execute(select(journeys).where(journeys.c.campaign == "renewal")).all()
    )
    house.do(engagement.update_crm, house.desk, turn(house, row.id))
    settle(house)
    query = select(records.c.external_id, records.c.fields).order_by(records.c.external_id)
    assert house.do(lambda conn: conn.execute(query).all()) == [("D-1", {"value": 7}), ("D-2", {"value": 5})]
    assert house.do(lambda conn: conn.scalar(select(leads.c.fields))) == {"industry": "food"}
    others = select(journeys.c.key).where(journeys.c.campaign == "other").order_by(journeys.c.key)
    assert house.do(lambda conn: conn.scalars(others).all()) == ["D-1", "D-2"], "a change is heard by others"
