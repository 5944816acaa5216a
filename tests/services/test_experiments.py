"""Tests of ways in the database: who counts, when it is decided, and that nothing changes afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from nurture.clock import step as step_clock
from nurture.domain.campaign import load_campaign
from nurture.domain.chance import draw, held_out
from nurture.services import engagement
from nurture.services.changes import announce
from nurture.services.enrol import enrol
from nurture.services.experiments import NoSuchTest, decide_by_hand, stand, winner_of
from nurture.services.look import look
from nurture.store.tables import arms, experiments, measured, outbox, waits
from tests.fixtures.content import MONDAY, House
from tests.services.test_turns import lines, row, turn_of

TEST: dict[str, Any] = {
    "campaign": "ab",
    "leave": {},
    "steps": [
        {
            "split": "length",
            "ways": [
                {"way": "short", "share": 50, "then": [{"wait": "30d"}]},
                {"way": "long", "share": 50, "then": [{"wait": "60d"}]},
            ],
            "winner": {"by": "demo-booked", "after": "6 leads", "tie": "long"},
        },
        {"end": "done"},
    ],
}


@pytest.fixture
def ab(house: House) -> House:
    house.publish(TEST)
    return house


def comes(house: House, way: str | None = None, campaign: str = "ab") -> str:
    """A new lead who draws the way, at the split; her journey."""
    while True:
        who = house.lead()
        if way is None or draw({"short": 50, "long": 50}, campaign, "length", who) == way:
            break
    journey = house.do(enrol, house.desk, campaign, who, "test:1").journey
    assert journey
    house.do(engagement.check, house.desk, turn_of(house, journey))
    return journey


def books(house: House, journey: str) -> None:
    lead = row(house, journey).lead_id

    def write(conn: Connection) -> None:
        announce(conn, lead, "demo.booked", {}, f"demo {journey}", house.desk.clock.now(conn))
        look(conn, house.desk, lead)

    house.do(write)


def way_of(house: House, journey: str) -> tuple[str, bool]:
    query = select(arms.c.way, arms.c.in_test).where(arms.c.journey_id == journey)
    found = house.do(lambda conn: conn.execute(query).one())
    return found.way, found.in_test


def test_the_last_of_the_test_draws_and_the_next_takes_the_winner(ab: House) -> None:
    came = [comes(ab, way) for way in ("short", "long") * 3]
    assert [way_of(ab, one) for one in came] == [("short", True), ("long", True)] * 3
    assert ab.do(winner_of, "ab", "length") is None
    books(ab, came[0])
    assert way_of(ab, comes(ab, "long")) == ("short", False)
    how = ab.do(lambda conn: conn.execute(select(experiments)).one())
    assert (how.winner, how.how) == ("short", "short 1 of 3; long 0 of 3")


def test_a_tie_goes_to_whom_the_file_says(ab: House) -> None:
    came = [comes(ab, way) for way in ("short", "long") * 3]
    books(ab, came[0])
    books(ab, came[1])
    assert way_of(ab, comes(ab, "short")) == ("long", False)


def test_what_happens_after_the_decision_changes_nothing(ab: House) -> None:
    came = [comes(ab, way) for way in ("short", "long") * 3]
    books(ab, came[0])
    comes(ab)
    for one in (came[1], came[3]):
        books(ab, one)
    assert way_of(ab, comes(ab, "long")) == ("short", False)
    assert row(ab, came[1]).position["drawn"] == {"length": "long"}


def test_who_does_it_twice_counts_once(ab: House) -> None:
    came = [comes(ab, way) for way in ("short", "long") * 3]
    books(ab, came[0])
    books(ab, came[0])
    assert ab.do(lambda conn: conn.execute(select(func.count()).select_from(measured)).scalar_one()) == 1


def test_a_test_by_time_is_over_when_its_time_is(house: House) -> None:
    steps = [{**TEST["steps"][0], "winner": {"by": "demo-booked", "after": "14d"}}, {"end": "done"}]
    house.publish({**TEST, "steps": steps})
    first = comes(house, "long")
    books(house, first)
    house.do(step_clock, MONDAY + timedelta(days=13, hours=23))
    assert way_of(house, comes(house, "short")) == ("short", True)
    house.do(step_clock, MONDAY + timedelta(days=14))
    assert way_of(house, comes(house, "short")) == ("long", False)


def test_a_person_decides(house: House) -> None:
    steps = [{**TEST["steps"][0], "winner": {"by": "demo-booked", "auto": False}}, {"end": "done"}]
    house.publish({**TEST, "steps": steps})
    for _ in range(8):
        comes(house)
    campaign = load_campaign({**TEST, "steps": steps})
    with pytest.raises(NoSuchTest, match="length has no way middle"):
        house.do(decide_by_hand, campaign, "length", "middle", MONDAY, "ada")
    with pytest.raises(NoSuchTest, match="no variants called lenght"):
        house.do(decide_by_hand, campaign, "lenght", "long", MONDAY, "ada")
    house.do(decide_by_hand, campaign, "length", "long", MONDAY, "ada")
    assert way_of(house, comes(house, "short")) == ("long", False)
    with pytest.raises(NoSuchTest, match="is decided: long has won"):
        house.do(decide_by_hand, campaign, "length", "short", MONDAY, "ada")


def test_a_person_decides_a_test_that_says_nothing_of_a_winner(house: House) -> None:
    plain = {key: value for key, value in TEST["steps"][0].items() if key != "winner"}
    document = {**TEST, "steps": [plain, {"end": "done"}]}
    house.publish(document)
    assert way_of(house, comes(house, "short")) == ("short", True)
    house.do(decide_by_hand, load_campaign(document), "length", "long", MONDAY, "ada")
    assert way_of(house, comes(house, "short")) == ("long", False)


def test_how_the_ways_stand(ab: House) -> None:
    came = [comes(ab, way) for way in ("short", "short", "long")]
    books(ab, came[1])
    found = ab.do(stand, load_campaign(TEST), "length", "demo-booked")
    assert [(one.way, one.leads, one.counted) for one in found] == [("short", 2, 1), ("long", 1, 0)]


MEASURED: dict[str, Any] = {
    "campaign": "told",
    "measure": {"order": {"when": "demo-booked", "within": "30d"}},
    "holdout": 20,
    "steps": [{"send": "hello"}, {"end": "done"}],
}


def leads_of(house: House, *, out: bool) -> str:
    while True:
        who = house.lead()
        if held_out(20, "told", who) == out:
            return who


def test_the_held_out_are_enrolled_and_ended_at_once(house: House) -> None:
    house.publish(MEASURED)
    found = house.do(enrol, house.desk, "told", leads_of(house, out=True), "test:1")
    journey = row(house, found.journey)
    assert (journey.state, journey.outcome, journey.ended_at) == ("ended", "holdout", MONDAY)
    assert lines(house, journey.id) == [("entered", "hello"), ("holdout", "hello"), ("ended", "hello")]
    assert house.do(lambda conn: conn.execute(select(outbox)).all()) == []
    again = house.do(enrol, house.desk, "told", journey.lead_id, "test:2")
    assert again.refused == "been there"


@pytest.mark.parametrize("out", [True, False])
def test_what_is_measured_counts_after_the_end_too(house: House, out: bool) -> None:
    house.publish(MEASURED)
    journey = house.do(enrol, house.desk, "told", leads_of(house, out=out), "test:1").journey
    house.do(step_clock, MONDAY + timedelta(days=29))
    books(house, journey)
    found = house.do(lambda conn: conn.execute(select(measured)).one())
    assert (found.journey_id, found.name, found.at) == (journey, "order", MONDAY + timedelta(days=29))
    assert house.do(lambda conn: conn.execute(select(waits).where(waits.c.kind == "measure")).all()) == []


def test_what_comes_too_late_does_not_count(house: House) -> None:
    house.publish(MEASURED)
    journey = house.do(enrol, house.desk, "told", leads_of(house, out=True), "test:1").journey
    house.do(step_clock, MONDAY + timedelta(days=31))
    books(house, journey)
    assert house.do(lambda conn: conn.execute(select(measured)).all()) == []
    assert house.do(lambda conn: conn.execute(select(waits)).all()) == []
