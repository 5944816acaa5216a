"""Another policy for what was: stopped in the middle and run again, in few statements, told by the week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from nurture.bench.statements import statements
from nurture.domain.scoring import load_scoring
from nurture.services import reapplying, rescoring
from nurture.services.look import look_at
from nurture.store.tables import events, points
from tests.fixtures.content import MONDAY, House
from tests.services.test_scoring import POLICY, happen, publish

OTHER = POLICY | {
    "rules": POLICY["rules"] | {"form": {"on": "form.submitted", "points": 10},
                                "left": {"on": "page.left", "points": -3}}
}  # fmt: skip
OTHER["rules"] = {name: rule for name, rule in OTHER["rules"].items() if name != "away"}


def people(house: House, count: int) -> list[str]:
    ids = sorted(house.lead() for _ in range(count))
    for place, lead in enumerate(ids):
        for number, kind in enumerate(["form.submitted", "page.viewed", "page.left"][: 1 + place % 3]):
            happen(house, lead, kind, MONDAY - timedelta(days=number), number)
    house.do(look_at, house.desk, ids)
    return ids


def booked(house: House) -> dict[tuple[str, str], tuple[str, float]]:
    def read(conn: Connection) -> dict[tuple[str, str], tuple[str, float]]:
        rows = conn.execute(select(points, events.c.key.label("of")).join(events)).all()
        return {(row.lead_id, f"{row.of}/{row.rule}"): (row.policy, row.points) for row in rows}

    found: dict[tuple[str, str], tuple[str, float]] = house.do(read)
    return found


def test_what_was_stopped_in_the_middle_is_as_it_was_and_goes_on_when_it_is_run_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(house)
    ids = people(house, 6)
    was = booked(house)
    publish(house, OTHER)
    rules = house.do(house.desk.library.rules)
    assert house.do(reapplying.apply_page, rules, ids[:3], MONDAY) == 3
    half = booked(house)
    monkeypatch.setattr(reapplying, "_tell", lambda *_args: 1 / 0)  # the last thing of a page
    with pytest.raises(ZeroDivisionError):
        house.do(reapplying.apply_page, rules, ids[3:], MONDAY)
    assert booked(house) == half, "of a page all or nothing"
    assert {key: value for key, value in half.items() if key[0] in ids[3:]} == {
        key: value for key, value in was.items() if key[0] in ids[3:]
    }
    monkeypatch.undo()
    assert house.do(reapplying.apply_page, rules, ids, MONDAY) == 3, "the others have them already"
    done = booked(house)
    assert {rule.rpartition("/")[2] for _, rule in done} == {"form", "visit", "left"}
    assert sorted(value for _, value in done.values()) == [-3.0] * 2 + [10.0] * 6 + [16.0] * 4
    assert house.do(reapplying.apply_page, rules, ids, MONDAY) == 0
    assert booked(house) == done


def test_many_leads_are_booked_anew_in_as_many_statements_as_a_few(house: House) -> None:
    publish(house)

    def cost(count: int, policy: dict[str, Any]) -> int:
        ids = people(house, count)
        publish(house, policy)
        rules = house.do(house.desk.library.rules)
        with statements() as found:
            house.do(reapplying.apply_page, rules, ids, MONDAY)
        publish(house)
        return sum(found.values())

    cost(3, OTHER)
    assert cost(24, OTHER) == cost(3, OTHER) <= 11


def test_a_preview_tells_how_many_come_to_a_threshold_a_week_and_who_crosses_it(house: House) -> None:
    publish(house)
    hot, warm = house.lead(), house.lead()
    for number in range(2):
        happen(house, hot, "form.submitted", MONDAY - timedelta(days=7), number)
    happen(house, warm, "form.submitted", MONDAY - timedelta(days=100), 3)
    house.do(look_at, house.desk, sorted([hot, warm]))
    low = POLICY | {"thresholds": {"MQL": 25}}
    found, rules = rescoring.Preview(), house.do(house.desk.library.rules)
    house.do(rescoring.preview_page, rules, load_scoring(low), [hot, warm], MONDAY, found)
    assert (found.came["MQL"], found.would["MQL"]) == (1, 1), "the other was there before the weeks began"
    assert [(one.lead, one.stage, one.before, one.after) for one in found.who] == [(hot, "MQL", 37, 37)]
    assert house.do(rescoring.how_many) == 2
