"""Tasks of people, in the database: opened once, done or skipped once, the journey woken."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.services import engagement
from nurture.services.answer import Answer, AnsweredAlready, AnswerWrong, answer
from nurture.services.tasks import Done, complete
from nurture.store.tables import events, handoffs, journeys, leads, outbox, sends, timeline, users
from tests.fixtures.content import MONDAY, House
from tests.services.test_turns import begin, lines, row, turn_of

CALLS = {
    "campaign": "calls",
    "steps": [
        {
            "task": "call-her",
            "team": "inside-sales",
            "kind": "call",
            "text": "Ask about the guide",
            "due": "2d",
        },
        {"wait": "1d"},
        {"end": "done"},
    ],
}


def opened(house: House) -> tuple[Turn, Any]:
    turn = begin(house, CALLS)
    assert (turn.effect, turn.step) == ("create_task", "call-her")
    after = house.do(engagement.create_task, house.desk, turn)
    assert house.do(engagement.create_task, house.desk, turn).turn == after.turn  # tried again
    return after, house.do(lambda conn: conn.execute(select(handoffs)).one())


def ann(house: House) -> str:
    return str(house.do(lambda conn: conn.execute(select(users.c.id)).scalar_one()))


def test_it_is_opened_once_with_its_deadlines_and_its_owner_is_told(house: House) -> None:
    after, task = opened(house)
    assert (task.kind, task.state, task.team, task.owner) == ("call", "open", "inside-sales", ann(house))
    assert (task.context["why"], task.context["task"]) == ("Ask about the guide", "call-her")
    assert (after.effect, row(house, after.journey).due.isoformat()) == (
        "notify",
        "2026-03-04T05:00:00+00:00",
    )
    mails = house.do(lambda conn: conn.execute(select(sends.c.key)).scalars().all())
    assert mails == [f"handoff/{task.id}/new/1"]


def test_done_wakes_the_journey_and_the_wait_counts_from_then(house: House) -> None:
    after, task = opened(house)
    house.do(step, MONDAY.replace(hour=15))
    assert list(house.do(complete, house.desk, task.id, 0, Done("done", ann(house), "A good talk"))) == [
        after.journey
    ]
    assert "wake" in house.do(lambda conn: conn.execute(select(outbox.c.kind)).scalars().all())
    went = house.do(engagement.check, house.desk, turn_of(house, after.journey))
    assert (went.step, row(house, went.journey).due) == ("call-her+wait", MONDAY.replace(day=3, hour=15))
    found = house.do(lambda conn: conn.execute(select(handoffs)).one())
    assert (found.state, found.note, found.version) == ("done", "A good talk", 1)
    assert ("done", "call-her") in lines(house, went.journey)
    told = house.do(lambda conn: conn.execute(select(events.c.type, events.c.data)).all())
    assert [(kind, data["answer"]) for kind, data in told] == [("task.answered", "done")]


def test_the_second_of_two_who_answer_changes_nothing(house: House) -> None:
    _, task = opened(house)
    house.do(complete, house.desk, task.id, 0, Done("skipped", ann(house)))
    with pytest.raises(AnsweredAlready) as caught:
        house.do(complete, house.desk, task.id, 0, Done("done", ann(house)))
    assert caught.value.state == "skipped"


def test_a_task_is_not_accepted_and_a_handoff_not_done(house: House) -> None:
    _, task = opened(house)
    with pytest.raises(AnswerWrong):
        house.do(answer, house.desk, task.id, 0, Answer("accepted", ann(house)))
    house.do(lambda conn: conn.execute(update(handoffs).values(kind="handoff")))
    with pytest.raises(AnswerWrong):
        house.do(complete, house.desk, task.id, 0, Done("done", ann(house)))


def test_time_up_closes_it(house: House) -> None:
    after, _ = opened(house)
    house.do(step, MONDAY.replace(day=4, hour=5))
    reminded = house.do(engagement.notify, house.desk, after)
    house.do(step, MONDAY.replace(day=4))
    went = house.do(engagement.check, house.desk, reminded)
    assert went.step == "call-her+wait"
    assert house.do(lambda conn: conn.execute(select(handoffs.c.state)).scalar_one()) == "expired"
    assert "reminded" in house.do(lambda conn: conn.execute(select(timeline.c.kind)).scalars().all())


def test_who_has_the_lead_gets_the_task(house: House) -> None:
    turn = begin(house, CALLS)

    def given(conn: Any) -> str:
        ann_row = conn.execute(select(users)).one()
        mine = {**ann_row._mapping, "id": turn.journey, "email": "bea@ours.example", "last_assigned": 9}
        conn.execute(users.insert().values(**mine))
        whose = conn.execute(select(journeys.c.lead_id)).scalar_one()
        conn.execute(update(leads).where(leads.c.id == whose).values(owner=turn.journey))
        return turn.journey

    bea = house.do(given)
    house.do(engagement.create_task, house.desk, turn)
    assert house.do(lambda conn: conn.execute(select(handoffs.c.owner)).scalar_one()) == bea


def test_a_task_that_nobody_touches_is_missed_when_its_time_is_up(house: House) -> None:
    after, task = opened(house)
    house.do(step, task.due)
    went = house.do(engagement.notify, house.desk, turn_of(house, after.journey))
    while went.step == "call-her":
        went = house.do(engagement.check, house.desk, turn_of(house, after.journey))
    found = house.do(lambda conn: conn.execute(select(handoffs)).one())
    assert (found.state, found.sla) == ("expired", "missed")
