"""What the lifecycle does not allow does not happen, whoever asks for it, and is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from nurture.bench.statements import statements
from nurture.services.changes import announce, set_stage
from nurture.services.facts import lead_row
from nurture.services.look import look
from nurture.services.publish import publish_policy
from nurture.services.stage_limits import tell_overdue
from nurture.store.queries.stages import stages_of
from nurture.store.tables import events
from tests.fixtures.content import MONDAY, House

MOVES = {"stages": {"MQL": {"from": ["lead"]}, "SQL": {"from": ["SAL"]}}, "ready_when": "lead.customer"}


def publish(house: House, kind: str, document: dict[str, Any]) -> None:
    house.do(publish_policy, house.desk.clock, kind, document)


def told(house: House, lead: str) -> list[tuple[str, dict[str, Any]]]:
    query = select(events.c.type, events.c.data).where(
        events.c.lead_id == lead, events.c.type.like("stage.%")
    )
    return house.do(lambda conn: [tuple(row) for row in conn.execute(query.order_by(events.c.id))])


def test_a_move_that_is_not_allowed_is_refused_and_told(house: House) -> None:
    publish(house, "lifecycle", MOVES)
    lead = house.lead()
    for stage in ("SQL", "MQL", "MQL", "SAL", "MQL"):
        house.do(set_stage, house.desk, lead, stage, f"test/{stage}/{len(told(house, lead))}", MONDAY)
    assert house.do(lead_row, lead).stage == "SAL"
    assert told(house, lead) == [
        ("stage.refused", {"stage": "SQL", "from": "lead"}),
        ("stage.changed", {"stage": "MQL", "from": "lead"}),
        ("stage.changed", {"stage": "SAL", "from": "MQL"}),
        ("stage.refused", {"stage": "MQL", "from": "SAL"}),
    ]


def test_points_do_not_bring_a_lead_where_she_may_not_come(house: House) -> None:
    publish(house, "lifecycle", MOVES)
    publish(house, "scoring", {"rules": {"a": {"on": "a.b", "points": 50}}, "thresholds": {"MQL": 40}})
    stranger, lead = house.lead(), house.lead()
    house.do(set_stage, house.desk, stranger, "subscriber", "test", MONDAY)
    for one in (stranger, lead):
        house.do(announce, one, "a.b", {}, f"a/{one}", MONDAY)
        house.do(look, house.desk, one)
    assert [house.do(lead_row, one).stage for one in (stranger, lead)] == ["subscriber", "MQL"]


def test_who_is_ready_is_a_segment_that_campaigns_ask(house: House) -> None:
    publish(house, "lifecycle", MOVES)
    rules = house.do(house.desk.library.rules)
    assert rules.dictionary.segments["ready"] == ("lead.customer",)
    assert rules.conditions.check('in_segment("ready")') == []


def test_who_stays_too_long_at_a_stage_is_told_once_for_each_stay(house: House) -> None:
    publish(house, "lifecycle", {"stages": {"MQL": {"at_most": "3d"}}})
    lead, other = house.lead(), house.lead()
    for number, (one, days) in enumerate([(lead, 4), (other, 2)]):
        house.do(set_stage, house.desk, one, "MQL", f"test/{number}", MONDAY - timedelta(days=days))
    assert [house.do(tell_overdue, house.desk) for _ in range(2)] == [1, 0]
    assert told(house, lead)[-1] == ("stage.overdue", {"stage": "MQL"})
    house.do(set_stage, house.desk, lead, "lead", "back", MONDAY - timedelta(days=4))
    house.do(set_stage, house.desk, lead, "MQL", "again", MONDAY - timedelta(days=3))
    assert house.do(tell_overdue, house.desk) == 1
    been = house.do(stages_of, lead, MONDAY)
    assert [row.data["stage"] for row in been] == ["MQL", "lead", "MQL"]


def test_without_limits_nobody_is_looked_for(house: House) -> None:
    publish(house, "lifecycle", MOVES)
    house.do(house.desk.library.rules)
    with statements() as found:
        house.do(tell_overdue, house.desk)
    assert not found["select leads"]
