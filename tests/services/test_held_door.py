"""Leads held at the door: the rest of a canary, and far more than were expected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from nurture.clock import step
from nurture.domain.volume import load_canary, parse_volume
from nurture.services.enrol import enrol
from nurture.services.enrol_selection import whom_it_is_for
from nurture.services.held_door import NothingHeld, held_counts, let_go
from nurture.services.publish import publish_policy
from nurture.services.scans.plan import CANARY, SURPLUS
from nurture.services.scans.run import scan
from nurture.store.tables import journeys
from tests.fixtures.content import DICTIONARY, MONDAY, House

STEPS = [{"wait": "30d"}, {"end": "done"}]


def begin(house: House, **enrolment: Any) -> None:
    house.publish({"campaign": "talk", "enrol": enrolment, "steps": STEPS})


def come(house: House, many: int) -> list[str | None]:
    found = [house.do(enrol, house.desk, "talk", house.lead(), "hand") for _ in range(many)]
    return [one.refused for one in found]


def inside(house: House) -> int:
    return int(house.do(lambda conn: conn.execute(select(func.count()).select_from(journeys)).scalar_one()))


def settle(house: House) -> None:
    while house.do(scan, house.desk):
        pass


def test_ten_times_more_than_expected_wait_for_a_person(house: House) -> None:
    begin(house, expect="2 a day")
    assert come(house, 23) == [*[None] * 20, *["held: surplus"] * 3]
    (held,) = house.do(held_counts)
    assert (held["campaign"], held["reason"], held["count"]) == ("talk", "surplus", 3)
    assert house.do(let_go, house.desk, "talk", SURPLUS) == 3
    settle(house)
    assert inside(house) == 23
    assert house.do(held_counts) == []
    assert come(house, 1) == [None]


def test_who_is_held_twice_is_one_lead(house: House) -> None:
    begin(house, expect="1 a day")
    come(house, 10)
    lead = house.lead()
    for cause in ("hand", "another hand"):
        assert house.do(enrol, house.desk, "talk", lead, cause).refused == "held: surplus"
    assert [held["count"] for held in house.do(held_counts)] == [1]
    assert house.do(let_go, house.desk, "talk", SURPLUS) == 1
    settle(house)
    assert inside(house) == 11


def test_the_next_day_is_another_day(house: House) -> None:
    begin(house, expect="1 a day")
    assert come(house, 11)[-1] == "held: surplus"
    house.do(step, MONDAY + timedelta(days=1, minutes=1))
    assert come(house, 1) == [None]


def test_the_same_thing_twice_is_held_once(house: House) -> None:
    begin(house, canary="1%")
    lead = next(lead for lead in iter(house.lead, None) if not load_canary("1%").has("talk", lead))
    for _ in range(2):
        assert house.do(enrol, house.desk, "talk", lead, "1").refused == "held: canary"
    assert house.do(held_counts)[0]["count"] == 1


def test_a_canary_ends_by_itself_or_by_hand(house: House) -> None:
    begin(house, canary={"share": "50%", "for": "2d"})
    found = come(house, 40)
    held = found.count("held: canary")
    assert 0 < held < 40
    assert inside(house) == 40 - held
    settle(house)
    assert inside(house) == 40 - held
    house.do(step, MONDAY + timedelta(days=2))
    settle(house)
    assert inside(house) == 40
    assert set(come(house, 10)) == {None}


def test_a_canary_without_an_end_is_released(house: House) -> None:
    begin(house, canary="10%")
    come(house, 30)
    assert inside(house) < 30
    house.do(let_go, house.desk, "talk", CANARY)
    settle(house)
    assert inside(house) == 30


def test_nothing_is_let_go_where_nothing_is_held(house: House) -> None:
    begin(house)
    with pytest.raises(NothingHeld):
        house.do(let_go, house.desk, "talk", CANARY)


def test_who_is_meant_by_matching(house: House) -> None:
    segments = {"food": 'lead.industry == "food"'}
    house.do(publish_policy, house.desk.clock, "dictionary", {**DICTIONARY, "segments": segments})
    begin(house, on=["enters food", "becomes MQL", "guide-form"])
    found = house.do(whom_it_is_for, house.desk, "talk")
    assert found.lines == ('in_segment("food")', 'stage == "MQL"')
    begin(house, on="guide-form")
    assert house.do(whom_it_is_for, house.desk, "talk") is None


@pytest.mark.parametrize("text", ["many", "0 a day", "200", "200 a fortnight"])
def test_what_is_no_volume(text: str) -> None:
    with pytest.raises(ValueError, match="expected a number of leads"):
        parse_volume(text)
