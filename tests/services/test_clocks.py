"""The clock of a task in the engine: it begins with each owner and stops with the first act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.services import engagement
from nurture.services.answer import Answer, AnsweredAlready, AnswerWrong, add_note, answer
from nurture.services.enrol import enrol
from nurture.services.owners import reassign
from nurture.services.publish import publish_policy
from nurture.services.sales_queue import assign, takeable
from nurture.services.turns import as_turn, find
from nurture.store.tables import handoffs, journeys, sends, users
from tests.fixtures.content import MONDAY, House

HOUR = timedelta(hours=1)
ANN, BEN = "ann@ours.example", "ben@ours.example"
CAMPAIGN = {"campaign": "talk", "steps": [{"handoff": "inside-sales", "time_up": [{"end": "nobody"}]}]}

EFFECTS = {"notify": engagement.notify, "hand_off": engagement.hand_off, "check_engagement": engagement.check}


def policy(**ann: Any) -> dict[str, Any]:
    members = [
        {"name": "Ann", "email": ANN, **ann},
        {"name": "Ben", "email": BEN, "zone": "America/New_York", **({"open_at_most": 1} if ann else {})},
    ]
    promise = {
        "due": "4 business hours",
        "remind": "2h",
        "escalate": [{"after": "6h"}, {"after": "8h", "tell": ANN}],
    }
    return {"teams": {"inside-sales": {"members": members, **promise}}, "reasons": {"not-now": "Not now"}}


@pytest.fixture
def sales(house: House) -> House:
    house.publish(CAMPAIGN)
    house.do(publish_policy, house.desk.clock, "sales", policy())
    return house


def turn_of(house: House, lead: str) -> Turn:
    def current(conn: Connection) -> Turn:
        journey = conn.scalar(select(journeys.c.id).where(journeys.c.lead_id == lead))
        row = find(conn, str(journey))
        assert row is not None
        return as_turn(conn, house.desk, row)

    return house.store.write_sync(current)


def turn(house: House, journey: str) -> Turn:
    def current(conn: Connection) -> Turn:
        row = find(conn, journey)
        assert row is not None
        return as_turn(conn, house.desk, row)

    return house.store.write_sync(current)


def handed(house: House) -> tuple[str, Any]:
    """The lead, and the task."""
    lead = house.lead()
    house.do(enrol, house.desk, "talk", lead, f"test:{lead}")
    house.do(engagement.hand_off, house.desk, turn_of(house, lead))
    return lead, task(house, lead)


def task(house: House, lead: str) -> Any:
    return house.do(lambda conn: conn.execute(select(handoffs).where(handoffs.c.lead_id == lead)).one())


def marks(house: House, lead: str) -> Sequence[tuple[str, datetime]]:
    row = house.do(find, turn_of(house, lead).journey)
    return [(what, datetime.fromisoformat(at)) for at, what, *_ in row.position["marks"]]


def user(house: House, email: str) -> str:
    return str(house.do(lambda conn: conn.scalar(select(users.c.id).where(users.c.email == email))))


def told(house: House, what: str) -> list[str]:
    query = select(sends.c.recipient).where(sends.c.key.like(f"%/{what}/%"))
    return sorted(house.do(lambda conn: conn.scalars(query).all()))


def test_a_note_in_time_meets_the_promise_and_ends_the_warnings(sales: House) -> None:
    lead, one = handed(sales)
    assert (one.owner, one.clock, one.due) == (user(sales, ANN), 1, MONDAY + 4 * HOUR)
    sales.do(step, MONDAY + HOUR)
    sales.do(add_note, sales.desk, one.id, user(sales, ANN), "Called, no answer")
    sales.do(step, MONDAY + 2 * HOUR)
    assert turn_of(sales, lead).effect == "notify"
    after = sales.do(engagement.notify, sales.desk, turn_of(sales, lead))
    assert (after.effect, task(sales, lead).reminded_at) == ("check_engagement", None)
    assert [what for what, _ in marks(sales, lead)] == ["time_up"]
    found = task(sales, lead)
    assert (found.sla, found.touched_at, found.touched_by) == ("met", MONDAY + HOUR, user(sales, ANN))


def test_the_ladder_gives_it_to_the_next_whose_clock_is_their_own(sales: House) -> None:
    lead, one = handed(sales)
    sales.do(step, MONDAY + 2 * HOUR)
    sales.do(engagement.notify, sales.desk, turn_of(sales, lead))
    sales.do(step, MONDAY + 6 * HOUR)
    sales.do(engagement.hand_off, sales.desk, turn_of(sales, lead))
    found = task(sales, lead)
    ben = user(sales, BEN)
    assert (found.owner, found.clock, found.escalations, found.sla) == (ben, 2, 1, "missed")
    assert found.due == MONDAY + 10 * HOUR  # 15:00 UTC is 10 in the morning there
    assert [(what, at - MONDAY) for what, at in marks(sales, lead)] == [
        ("escalate", 8 * HOUR),
        ("time_up", timedelta(days=3)),
    ]
    sales.do(step, MONDAY + 8 * HOUR)
    sales.do(engagement.hand_off, sales.desk, turn_of(sales, lead))
    told = sales.do(
        lambda conn: conn.scalars(select(sends.c.recipient).where(sends.c.key.like("%/tell/%"))).all()
    )
    assert (list(told), task(sales, lead).owner) == ([ANN], ben)
    sales.do(answer, sales.desk, one.id, found.version, Answer("accepted", ben))
    assert (task(sales, lead).sla, task(sales, lead).touched_at) == ("missed", MONDAY + 8 * HOUR)


def test_given_to_a_colleague_the_clock_and_the_journey_begin_anew(sales: House) -> None:
    lead, one = handed(sales)
    ann, ben = user(sales, ANN), user(sales, BEN)
    sales.do(step, MONDAY + HOUR)
    with pytest.raises(AnswerWrong):
        sales.do(reassign, sales.desk, one.id, one.version, ann, ann)
    woken = sales.do(reassign, sales.desk, one.id, one.version, ben, ann)
    assert list(woken) == [turn_of(sales, lead).journey]
    with pytest.raises(AnsweredAlready):
        sales.do(reassign, sales.desk, one.id, one.version, ann, ann)
    sales.do(engagement.check, sales.desk, turn_of(sales, lead))
    found = task(sales, lead)
    assert (found.owner, found.clock, found.sla, found.touched_at) == (ben, 2, None, None)
    assert found.due == MONDAY.replace(hour=18)  # four hours from nine in New York
    assert [what for what, _ in marks(sales, lead)] == ["remind", "escalate", "escalate", "time_up"]
    assert marks(sales, lead)[0][1] == MONDAY + 3 * HOUR
    subjects = sales.do(lambda conn: conn.scalars(select(sends.c.recipient).order_by(sends.c.id)).all())
    assert list(subjects) == [ANN, BEN]


def test_nobody_acts_and_time_is_up(sales: House) -> None:
    lead, _ = handed(sales)
    sales.do(step, MONDAY + timedelta(days=3))
    went = turn_of(sales, lead)
    while went.effect != "ended":
        went = sales.do(EFFECTS[went.effect], sales.desk, went)
    assert (task(sales, lead).state, task(sales, lead).sla) == ("expired", "missed")


def test_beyond_capacity_it_waits_without_a_clock_until_somebody_is_free(sales: House) -> None:
    sales.do(publish_policy, sales.desk.clock, "sales", policy(open_at_most=1))
    first, second, third = (handed(sales)[0] for _ in range(3))
    waiting = task(sales, third)
    assert (waiting.owner, waiting.clock, waiting.clock_at) == (None, 0, None)
    assert [what for what, _ in marks(sales, third)] == ["time_up"]
    told = sales.do(
        lambda conn: conn.scalars(select(sends.c.recipient).where(sends.c.key.like("%/queue/%"))).all()
    )
    assert sorted(told) == [ANN, BEN]
    assert sales.do(takeable, sales.desk) == []
    sales.do(step, MONDAY + 5 * HOUR)
    ann = user(sales, ANN)
    sales.do(answer, sales.desk, task(sales, first).id, 0, Answer("accepted", ann))
    (waiting_on,) = sales.do(takeable, sales.desk)
    assert sales.do(assign, sales.desk, waiting_on)
    sales.do(engagement.check, sales.desk, turn_of(sales, third))
    found = task(sales, third)
    assert (found.owner, found.clock, found.clock_at, found.sla) == (ann, 1, MONDAY + 5 * HOUR, None)
    assert found.due == MONDAY + 25 * HOUR
    assert marks(sales, third)[0] == ("remind", MONDAY + 7 * HOUR)
    assert task(sales, second).owner != ann


def test_a_task_of_before_keeps_the_deadlines_of_its_journey(sales: House) -> None:
    """Rows of an older version have no deadlines of their own."""
    lead, _ = handed(sales)
    before = marks(sales, lead)
    sales.do(lambda conn: conn.execute(update(handoffs).values(marks=None, clock=5)))
    sales.do(engagement.check, sales.desk, turn_of(sales, lead))
    assert marks(sales, lead) == before


def test_one_that_had_joined_stands_for_itself_when_the_first_is_closed(sales: House) -> None:
    sales.publish({**CAMPAIGN, "campaign": "other"})
    lead, first = handed(sales)
    sales.do(enrol, sales.desk, "other", lead, "test")
    other = sales.do(lambda conn: conn.scalar(select(journeys.c.id).where(journeys.c.campaign == "other")))
    sales.do(engagement.hand_off, sales.desk, turn(sales, other))

    def second() -> Any:
        return sales.do(
            lambda conn: conn.execute(select(handoffs).where(handoffs.c.journey_id == other)).one()
        )

    assert (second().joined_to, [what for _, what in second().marks]) == (first.id, ["time_up"])
    sales.do(step, MONDAY + HOUR)
    gone = update(journeys).where(journeys.c.id == first.journey_id).values(leaving="left")
    sales.do(lambda conn: conn.execute(gone))
    sales.do(engagement.check, sales.desk, turn(sales, first.journey_id))
    found = second()
    assert (found.joined_to, found.clock, found.due) == (None, 2, MONDAY + 5 * HOUR)
    went = sales.do(engagement.check, sales.desk, turn(sales, other))
    assert went.effect == "notify"
