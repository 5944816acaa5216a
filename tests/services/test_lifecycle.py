"""What the lifecycle does not allow does not happen, whoever asks for it, and is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from nurture.bench.statements import statements
from nurture.clock import step
from nurture.services.changes import announce, set_stage
from nurture.services.facts import lead_row
from nurture.services.look import look
from nurture.services.publish import publish_policy
from nurture.services.stage_limits import tell_overdue
from nurture.store.queries.stages import stages_of
from nurture.store.tables import events, timeline
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


ENTRIES = {
    "stages": {
        "SAL": {"from": ["lead", "MQL"], "when": 'happened("asked")'},
        "SQL": {"from": ["SAL"], "when": ["bant >= 2", 'happened("asked")']},
        "disqualified": {"when": 'lead.role.contains("student")'},
    }
}
WORDS = {"fields": {"lead.role": "text"}, "happenings": {"asked": {"event": "a.b"}}}


def happens(house: House, lead: str, kind: str, days: int, **data: str) -> None:
    at = MONDAY + timedelta(days=days)
    house.do(announce, lead, kind, data, f"{kind}/{days}", at - timedelta(minutes=5))
    house.do(step, at)
    while house.do(look, house.desk, lead):
        pass


def test_who_fulfils_the_when_of_a_stage_comes_to_it_by_herself(house: House) -> None:
    publish(house, "dictionary", WORDS)
    publish(house, "lifecycle", ENTRIES)
    lead = house.lead()
    happens(house, lead, "form.submitted", 1, budget="10k", need="now")
    assert house.do(lead_row, lead).stage == "lead", "known enough, and nowhere near"
    happens(house, lead, "a.b", 2)
    assert house.do(lead_row, lead).stage == "SAL", "what brought her there does not bring her on"
    happens(house, lead, "a.b", 3)
    assert house.do(lead_row, lead).stage == "SQL"
    why = select(timeline.c.reason).where(timeline.c.lead_id == lead, timeline.c.kind == "stage")
    first = house.do(lambda conn: conn.scalars(why.order_by(timeline.c.id)).first())
    assert first.startswith('policies/lifecycle.yaml: SAL when happened("asked")')
    happens(house, lead, "a.b", 4)
    assert [data["stage"] for _, data in told(house, lead)] == ["SAL", "SQL"], "nobody goes back"


def test_a_lead_who_is_no_lead_is_seen_when_she_comes(house: House) -> None:
    publish(house, "dictionary", WORDS)
    publish(house, "lifecycle", ENTRIES)
    lead = house.lead(fields={"role": "student of law"})
    happens(house, lead, "lead.created", 1)
    assert house.do(lead_row, lead).stage == "disqualified"


def test_without_a_when_nobody_is_asked(house: House) -> None:
    publish(house, "lifecycle", MOVES)
    lead = house.lead()
    happens(house, lead, "x.y", 1)
    house.do(announce, lead, "a.b", {}, "b", MONDAY)
    with statements() as plain:
        house.do(look, house.desk, lead)
    publish(house, "dictionary", WORDS)
    publish(house, "lifecycle", ENTRIES)
    happens(house, lead, "x.y", 2)
    house.do(announce, lead, "x.y", {}, "y", MONDAY)
    with statements() as other:
        house.do(look, house.desk, lead)
    assert plain == other, "nothing has changed that a `when` reads"


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
