"""Segments, dates and schedules: who is let in by looking at everybody, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from nurture.clock import step
from nurture.services.leads import LeadInput, upsert
from nurture.services.look import look, waiting_leads
from nurture.services.publish import publish_policy
from nurture.services.scans.dates import next_date
from nurture.services.scans.run import scan
from nurture.services.stepping import next_instant
from nurture.store.tables import events, journeys, leads, scans, segment_members
from tests.fixtures.content import DICTIONARY, MONDAY, House

STEPS = [{"send": "hello"}, {"wait": "3d"}, {"end": "done"}]
SEGMENTS = {
    "food": 'lead.industry == "food"',
    "overdue": "lead.renewal < now",
}


def begin(house: House, segments: dict[str, str] = SEGMENTS, **campaign: Any) -> None:
    publish_segments(house, segments)
    house.publish({"campaign": "talk", "steps": STEPS, **campaign})


def publish_segments(house: House, segments: dict[str, str]) -> None:
    dictionary = {**DICTIONARY, "segments": segments}
    house.do(publish_policy, house.desk.clock, "dictionary", dictionary)


def settle(house: House) -> None:
    """What the relay does until there is nothing more."""
    while house.do(scan, house.desk):
        pass
    while waiting := house.do(waiting_leads, house.desk):
        for lead in waiting:
            house.do(look, house.desk, lead)


def to(house: House, **later: float) -> None:
    house.do(step, MONDAY + timedelta(**later))
    settle(house)


def change(house: House, lead: str, industry: str = "", renewal: str = "") -> None:
    email = house.do(lambda conn: conn.execute(select(leads.c.email).where(leads.c.id == lead)).scalar_one())
    write(house, email, {"lead.industry": industry, "lead.renewal": renewal})


def write(house: House, email: str, values: dict[str, object]) -> None:
    def give(conn: Connection) -> None:
        rules = house.desk.library.rules(conn)
        upsert(conn, house.desk.clock, rules.dictionary, LeadInput(email, values), "test")

    house.do(give)
    settle(house)


def inside(house: House) -> set[str]:
    return set(house.do(lambda conn: conn.scalars(select(journeys.c.lead_id)).all()))


def test_who_is_in_a_segment_at_go_live_stays_out_and_others_come_in(house: House) -> None:
    there = house.lead(fields={"industry": "food"})
    other = house.lead(fields={"industry": "media"})
    begin(house, enrol={"on": "enters food"})
    settle(house)
    assert inside(house) == set()
    change(house, other, "food")
    assert inside(house) == {other}
    change(house, there, "media")
    change(house, there, "food")
    assert inside(house) == {there, other}


def test_before_the_first_look_at_everybody_is_over_nobody_is_taken_for_new(house: House) -> None:
    lead = house.lead(fields={"industry": "food"})
    begin(house, enrol={"on": "enters food"})
    change_only = LeadInput("lead1@people.example", {"lead.role": "Head"})
    dictionary = {**DICTIONARY, "segments": SEGMENTS}
    dictionary["fields"] = {**DICTIONARY["fields"], "lead.role": "text"}  # type: ignore[dict-item]
    house.do(publish_policy, house.desk.clock, "dictionary", dictionary)

    def write(conn: Connection) -> None:
        rules = house.desk.library.rules(conn)
        upsert(conn, house.desk.clock, rules.dictionary, change_only, "test")

    house.do(write)
    house.do(look, house.desk, lead)
    settle(house)
    assert inside(house) == set()


def test_leaving_a_segment(house: House) -> None:
    lead = house.lead(fields={"industry": "food"})
    begin(house, enrol={"on": "leaves food"})
    settle(house)
    change(house, lead, "media")
    assert inside(house) == {lead}
    query = select(events.c.type, events.c.data).where(events.c.type.like("segment.%"))
    assert [tuple(row) for row in house.do(lambda conn: conn.execute(query).all())] == [
        ("segment.left", {"segment": "food"})
    ]


def test_a_new_lead_comes_into_a_segment(house: House) -> None:
    begin(house, enrol={"on": "enters food"})
    settle(house)

    def write(conn: Connection) -> None:
        rules = house.desk.library.rules(conn)
        given = LeadInput("new@people.example", {"lead.industry": "food"})
        upsert(conn, house.desk.clock, rules.dictionary, given, "test")

    house.do(write)
    settle(house)
    assert len(inside(house)) == 1


def test_nobody_hears_of_new_leads_where_nobody_asks(house: House) -> None:
    house.publish({"campaign": "talk", "steps": STEPS})

    def write(conn: Connection) -> None:
        given = LeadInput("new@people.example")
        upsert(conn, house.desk.clock, house.desk.library.rules(conn).dictionary, given, "test")

    house.do(write)
    assert house.do(lambda conn: conn.execute(select(events)).all()) == []


def test_what_time_makes_true_is_looked_at_in_the_morning(house: House) -> None:
    lead = house.lead(fields={"renewal": "2026-03-03"})
    begin(house, enrol={"on": "enters overdue"})
    settle(house)
    assert house.do(next_instant) == MONDAY + timedelta(hours=20)
    to(house, hours=19)
    assert inside(house) == set()
    to(house, hours=20)
    assert inside(house) == {lead}


def test_a_segment_that_says_something_else_is_asked_of_everybody(house: House) -> None:
    lead = house.lead(fields={"industry": "media"})
    begin(house, enrol={"on": "enters food"})
    settle(house)
    publish_segments(house, {**SEGMENTS, "food": 'lead.industry != "food"'})
    settle(house)
    assert inside(house) == {lead}


def test_a_segment_that_nobody_watches_is_forgotten(house: House) -> None:
    house.lead(fields={"industry": "food"})
    begin(house, enrol={"on": "enters food"})
    settle(house)
    begin(house)
    for table in (scans, segment_members):
        assert house.do(lambda conn, table=table: conn.execute(select(table)).all()) == []


def test_a_date_lets_in_once_and_only_who_has_it_still_before_her(house: House) -> None:
    soon = house.lead(fields={"renewal": "2026-05-05"})
    house.lead(fields={"renewal": "2026-05-01"})  # sixty days before it is past already
    house.lead(fields={"renewal": "2027-05-05"})
    house.lead()
    begin(house, enrol={"at": "lead.renewal - 60d", "again": "after exit"})
    to(house, hours=14)
    assert inside(house) == set()
    to(house, days=3, hours=15)
    assert inside(house) == {soon}
    house.do(lambda conn: conn.execute(update(journeys).values(state="ended", ended_at=MONDAY)))
    to(house, days=4)
    rows = house.do(lambda conn: conn.execute(select(journeys.c.cause)).all())
    assert [row.cause for row in rows] == ["at 2026-05-05T00:00:00+00:00"]
    change(house, soon, renewal="2026-05-08")
    to(house, days=8)
    assert len(house.do(lambda conn: conn.execute(select(journeys.c.cause)).all())) == 2


def test_a_day_comes_where_each_lead_is(house: House) -> None:
    zones = ("Pacific/Kiritimati", "Europe/Berlin", "America/Los_Angeles")
    east, middle, west = (house.lead(zone=zone, fields={"renewal": "2026-03-06"}) for zone in zones)
    begin(house, enrol={"at": "lead.renewal - 2d"})
    came: dict[str, int] = {}
    for hours in (24, 25, 37, 38, 46, 47):
        to(house, hours=hours)
        came = dict.fromkeys(inside(house), hours) | came
    assert came == {east: 25, middle: 38, west: 47}


def test_nobody_is_looked_at_before_a_date_comes(house: House) -> None:
    soon = house.lead(fields={"renewal": "2026-05-05"}, zone="America/New_York")
    late = house.lead()
    begin(house, enrol={"at": "lead.renewal - 60d"})
    settle(house)
    friday = MONDAY + timedelta(days=3, hours=20)  # midnight in New York
    assert house.do(next_instant) == friday
    change(house, late, renewal="2026-05-03")
    wednesday = friday - timedelta(days=2, hours=5)
    assert house.do(next_instant) == wednesday
    change(house, late, renewal="2026-07-01")
    assert house.do(next_instant) == wednesday  # nobody is there then
    house.do(step, friday)
    while house.do(scan, house.desk):
        pass
    assert inside(house) == {soon}
    assert house.do(lambda conn: next_date(conn, "talk")) == datetime(2026, 5, 2, tzinfo=UTC)


def test_a_new_lead_and_another_zone_are_planned_for(house: House) -> None:
    begin(house, enrol={"at": "lead.renewal - 60d"})
    settle(house)
    assert house.do(next_instant) is None
    write(house, "new@people.example", {"lead.renewal": "2026-05-05T10:30:00+02:00"})
    at = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    assert house.do(next_instant) == at  # the full hour after 08:30
    write(house, "new@people.example", {"lead.zone": "America/New_York"})
    assert house.do(next_instant) == at  # the clocks of New York change between
    assert house.do(lambda conn: next_date(conn, "talk")) == datetime(2026, 3, 6, 9, 30, tzinfo=UTC)


def test_when_everybody_has_another_zone_all_dates_are_noted_anew(house: House) -> None:
    house.lead(fields={"renewal": "2026-05-05T10:30:00+02:00"}, zone=None)
    begin(house, enrol={"at": "lead.renewal - 60d"})
    settle(house)
    began = house.do(lambda conn: conn.execute(select(scans.c.began)).scalars().all())
    house.do(step, MONDAY + timedelta(hours=1))
    dictionary = {**DICTIONARY, "segments": SEGMENTS, "sending": {"zone_fallback": "America/New_York"}}
    house.do(publish_policy, house.desk.clock, "dictionary", dictionary)
    settle(house)
    assert house.do(lambda conn: next_date(conn, "talk")) == datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
    assert house.do(lambda conn: conn.execute(select(scans.c.began)).scalars().all()) == began


def test_dates_of_a_campaign_that_asks_for_none_are_forgotten(house: House) -> None:
    house.lead(fields={"renewal": "2026-05-05"})
    begin(house, enrol={"at": "lead.renewal - 60d"})
    settle(house)
    begin(house)
    assert house.do(lambda conn: next_date(conn, "talk")) is None


def test_a_schedule_asks_everybody(house: House) -> None:
    food = [house.lead(fields={"industry": "food"}) for _ in range(3)]
    house.lead(fields={"industry": "media"})
    begin(house, enrol={"every": "tuesday 09:00", "if": 'lead.industry == "food"'})
    settle(house)
    assert inside(house) == set()
    assert house.do(next_instant) == MONDAY + timedelta(days=1)
    to(house, days=1)
    assert inside(house) == set(food)
    assert house.do(lambda conn: conn.execute(select(scans.c.due)).scalar_one()) == MONDAY + timedelta(days=8)


def test_more_than_a_page(house: House) -> None:
    everybody = {house.lead(fields={"industry": "food"}) for _ in range(205)}
    begin(house, enrol={"every": "day 10:00", "if": 'lead.industry == "food"'})
    to(house, hours=1)
    assert inside(house) == everybody
