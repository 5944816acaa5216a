"""The ledger of points: the database and the pure rules agree, whatever comes in which order and is taken
back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select

from nurture.bench.statements import statements
from nurture.domain.machines import Judged, Verdict
from nurture.domain.scoring import Entry, load_scoring, points_for, total
from nurture.services import facts, history, reapplying, rescoring, scoring
from nurture.services.changes import announce_all, own_event
from nurture.services.engagement import check
from nurture.services.event_leads import LeadRef
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.services.ingest import NewEvent, ingest
from nurture.services.look import look, look_at
from nurture.services.publish import publish_policy
from nurture.store.tables import events, outbox, points, score_levels
from tests.fixtures.content import MONDAY, House
from tests.services.test_turns import begin, row

POLICY: dict[str, Any] = {
    "half_life": "10d",
    "rules": {
        "visit": {"on": "page.viewed", "points": 8, "times": {"path": {"/prices*": 2}}, "cap": 40,
                  "group": "web", "again": {"times": 3, "within": "2d", "points": 6}},
        "asset": {"on": "asset.downloaded", "points": 12, "group": "web"},
        "form": {"on": "form.submitted", "points": 30},
        "away": {"on": "page.left", "points": -9, "cap": 20},
    },
    "groups": {"web": 45},
    "inactivity": {"after": "20d", "half_life": "5d"},
    "levels": {"hot": 60, "warm": 30, "back": 5},
    "thresholds": {"MQL": 60},
}  # fmt: skip
KINDS = {
    "lead.created": {},
    "page.viewed": {"path": "/prices/a"},
    "asset.downloaded": {},
    "form.submitted": {},
    "page.left": {},
}


def publish(house: House, policy: dict[str, Any] = POLICY) -> None:
    house.do(publish_policy, house.desk.clock, "scoring", policy)


def happen(house: House, lead: str, kind: str, at: datetime, number: int) -> None:
    """It is heard of later than it happened."""
    own = own_event(lead, kind, KINDS[kind], f"made/{lead}/{number}", at)
    house.do(announce_all, [{**own, "received_at": at + timedelta(hours=30)}])


def scored(house: House, lead: str, now: datetime) -> tuple[int, int]:
    def read(conn: Any) -> tuple[int, int]:
        rules = house.desk.library.rules(conn)
        fields = lead_fields(lead_row(conn, lead), rules.dictionary)
        found = total(entries(conn, lead), rules.scoring, now, fields)
        return found.engagement, found.total

    return house.do(read)


def test_the_database_and_the_pure_rules_agree_in_any_order_and_after_taking_back(house: House) -> None:
    publish(house)
    policy, random = load_scoring(POLICY), Random(3)
    for _ in range(5):
        happened = [
            (random.choice([*KINDS][1:]), MONDAY - timedelta(hours=random.randint(0, 900))) for _ in range(25)
        ]
        first, second, without = house.lead(), house.lead(), house.lead()
        for number, (kind, at) in enumerate(happened):
            happen(house, first, kind, at, number)
        for number, (kind, at) in sorted(enumerate(happened), key=lambda _one: random.random()):
            happen(house, second, kind, at, number)
        for number, (kind, at) in list(enumerate(happened))[5:]:
            happen(house, without, kind, at, number)
        for lead in (first, second, without):
            house.do(look, house.desk, lead)
        pure = [Entry(rule, worth, at) for kind, at in happened
                for rule, worth in points_for(kind, KINDS[kind], policy, {})]  # fmt: skip
        for days in (0, 7, 40):
            now = MONDAY + timedelta(days=days)
            assert scored(house, first, now) == scored(house, second, now)
            assert scored(house, first, now)[0] == total(pure, policy, now).engagement
        ids = house.do(lambda conn, first=first: list(conn.scalars(
            select(events.c.id).where(events.c.lead_id == first, events.c.key.in_(
                [f"made/{first}/{number}" for number in range(5)])))))  # fmt: skip
        assert house.do(scoring.take_back, first, ids, MONDAY) is True
        assert scored(house, first, MONDAY) == scored(house, without, MONDAY)


def test_a_machine_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(house)
    lead = house.lead()
    happen(house, lead, "form.submitted", MONDAY, 1)
    house.do(look, house.desk, lead)
    before = scored(house, lead, MONDAY)
    bot = {"source": "x", "key": "bot", "type": "form.submitted", "lead_id": lead, "occurred_at": MONDAY}
    bot |= {"received_at": MONDAY, "judge_at": MONDAY, "data": {}, "verdict": "machine", "looked_at": MONDAY}
    house.do(lambda conn: conn.execute(insert(events).values(bot)))
    house.do(look, house.desk, lead)
    assert scored(house, lead, MONDAY) == before == (30, 30)
    monkeypatch.setattr(
        "nurture.services.look.judge",
        lambda _conn, rows: ({row.id: Verdict(Judged.MACHINE) for row in rows}, {}),
    )
    happen(house, lead, "form.submitted", MONDAY, 2)
    assert house.do(look, house.desk, lead) == 1
    monkeypatch.undo()
    assert scored(house, lead, MONDAY) == before, "what is judged a machine's when it is looked at"
    house.do(reapplying.apply_page, house.do(house.desk.library.rules), [lead], MONDAY)
    assert scored(house, lead, MONDAY) == before


def test_a_level_is_told_once_and_does_not_flicker(house: House) -> None:
    publish(house)
    lead = house.lead()
    for number, kind in enumerate(
        ["form.submitted", "page.left", "form.submitted", "page.left", "asset.downloaded"]
    ):
        happen(house, lead, kind, MONDAY, number)
        house.do(look, house.desk, lead)
    crossed = select(events.c.data).where(events.c.type == "score.crossed").order_by(events.c.id)
    told = house.do(lambda conn: list(conn.scalars(crossed)))
    assert [(one["from"], one["level"]) for one in told] == [
        ("cold", "warm"),
        ("warm", "cold"),
        ("cold", "warm"),
    ]
    now = house.do(lambda conn: conn.execute(select(score_levels)).one())
    assert (now.level, now.lead_id) == ("warm", lead)


def test_crossing_a_threshold_wakes_a_waiting_journey_once(house: House) -> None:
    publish(house)
    steps = [{"wait": "up to 30d", "until": "score >= 60"}, {"end": "over"}]
    turn = begin(house, {"campaign": "ready", "steps": steps})
    house.do(check, house.desk, turn)
    lead = row(house, turn.journey).lead_id
    for number in range(4):
        happen(house, lead, "form.submitted", MONDAY, number)
        house.do(look, house.desk, lead)
    wakes = house.do(lambda conn: conn.execute(select(outbox).where(outbox.c.kind == "wake")).all())
    assert len(wakes) == 1


def test_another_policy_is_previewed_and_applied_to_what_was(house: House) -> None:
    publish(house)
    lead, other = house.lead(), house.lead()
    for number in range(2):
        happen(house, lead, "form.submitted", MONDAY, number)
    happen(house, other, "asset.downloaded", MONDAY, 9)
    for one in (lead, other):
        house.do(look, house.desk, one)
    fresh = POLICY | {"rules": POLICY["rules"] | {
        "form": {"on": "form.submitted", "points": 10}, "asset": {"on": "asset.downloaded", "points": 70}},
        "groups": {"web": 90}}  # fmt: skip
    found = rescoring.Preview()
    rules = house.do(house.desk.library.rules)
    ids = house.do(rescoring.page_of, None)
    house.do(rescoring.preview_page, rules, load_scoring(fresh), ids, MONDAY, found)
    assert (found.changed, found.rises["MQL"], found.falls["MQL"], found.over["MQL"]) == (2, 1, 1, 1)
    publish(house, fresh)
    assert scored(house, lead, MONDAY)[0] == 60, "from now on: what was given stays"
    house.do(reapplying.apply_page, house.do(house.desk.library.rules), ids, MONDAY)
    assert scored(house, lead, MONDAY)[0] == 20
    assert scored(house, other, MONDAY)[0] == 70
    house.do(look, house.desk, other)
    assert house.do(lead_row, other).stage == "MQL"
    assert len(house.do(lambda conn: conn.execute(select(points)).all())) == 3


def test_a_verdict_that_turns_takes_points_back_and_gives_them_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(house)
    lead = house.lead()
    happen(house, lead, "form.submitted", MONDAY, 1)
    house.do(look, house.desk, lead)
    first = house.do(lambda conn: conn.scalar(select(events.c.id).where(events.c.key == f"made/{lead}/1")))
    for number, (judged, score) in enumerate([(Judged.MACHINE, 0), (Judged.HUMAN, 30)]):
        turned = {first: Verdict(judged)}
        monkeypatch.setattr(
            "nurture.services.look.judge",
            lambda _conn, rows, turned=turned: ({row.id: Verdict(Judged.HUMAN) for row in rows}, turned),
        )
        happen(house, lead, "page.left" if score else "lead.created", MONDAY, 10 + number)
        house.do(look, house.desk, lead)
        monkeypatch.undo()
        assert house.do(
            lambda conn: conn.scalar(select(events.c.verdict).where(events.c.id == first))
        ) == str(judged)
        assert scored(house, lead, MONDAY)[0] == score - (9 if score else 0)
    told = select(events.c.data).where(events.c.type == "score.changed")
    assert house.do(lambda conn: list(conn.scalars(told))) == [{"points": -30.0, "because": "machine"}]


def test_accepting_an_event_is_the_same_with_scoring_on(house: House) -> None:
    def accept(number: int) -> Mapping[str, int]:
        new = NewEvent("api", str(number), "form.submitted", LeadRef(email="ada@made.example"))
        with statements() as found:
            house.do(ingest, house.desk.clock, [new])
        return found

    accept(1)
    before = accept(2)
    publish(house)
    assert accept(3) == before


def test_many_leads_are_looked_at_in_as_many_statements_as_a_few(house: House) -> None:
    publish(house)

    def look_at_some(count: int) -> int:
        ids = sorted(house.lead() for _ in range(count))
        for lead in ids:
            happen(house, lead, "page.viewed", MONDAY, 1)
        with statements() as found:
            assert house.do(look_at, house.desk, ids) == count
        return sum(found.values())

    look_at_some(2)
    assert look_at_some(20) == look_at_some(2) <= 13


def test_a_flood_of_events_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(house)
    monkeypatch.setattr(history, "MOST_EVENTS", 5)
    flooded, other = house.lead(), house.lead()
    for number in range(12):
        happen(house, flooded, "asset.downloaded", MONDAY - timedelta(minutes=number), number)
    happen(house, other, "asset.downloaded", MONDAY, 1)
    for lead in (flooded, other):
        house.do(look, house.desk, lead)
    assert house.do(history.sorted_out, [flooded, other]) == ([other], [flooded])
    publish(house, POLICY | {"rules": {"asset": {"on": "asset.downloaded", "points": 1}}, "groups": {}})
    house.do(reapplying.apply_page, house.do(house.desk.library.rules), [flooded, other], MONDAY)
    given = house.do(lambda conn: list(conn.scalars(select(points.c.points).order_by(points.c.at))))
    assert sorted(given) == [1.0] * 5 + [12.0] * 8, "of the flood, what is older keeps its points"


def test_many_are_read_as_each_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(house)
    monkeypatch.setattr(facts, "MOST_ENTRIES", 3)
    monkeypatch.setattr(facts, "_ENTRIES", facts.entries_query())
    ids = [house.lead() for _ in range(3)]
    for count, lead in enumerate(ids):
        for number in range(count * 3):
            happen(house, lead, "form.submitted", MONDAY - timedelta(days=number), number)
    assert house.do(look_at, house.desk, ids) == 9
    alone = {lead: sorted(house.do(entries, lead), key=repr) for lead in ids}
    many = house.do(facts.entries_of, ids)
    assert {lead: sorted(of, key=repr) for lead, of in many.items()} == alone
    assert [len(alone[lead]) for lead in ids] == [0, 3, 3]
    assert {one.at for one in alone[ids[2]]} == {MONDAY - timedelta(days=day) for day in range(3)}, (
        "the latest"
    )
