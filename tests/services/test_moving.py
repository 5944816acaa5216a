"""A move on both databases, without Temporal: set by set, never over a mail in hand, and back."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from nurture.bench.statements import statements
from nurture.clock import step
from nurture.services import sending
from nurture.services.move_preview import preview
from nurture.services.moving import move_all
from nurture.services.moving_rows import PAGE, Target
from nurture.services.releases import NothingToUndo, rollback
from nurture.services.turns import hold, open_turn
from nurture.services.wakes import Spread, queue
from nurture.store.columns import new_id
from nurture.store.tables import journeys, leads, move_rows, outbox, sends, waits
from tests.fixtures.content import MONDAY, House
from tests.services.test_turns import GUIDE as PLAIN
from tests.services.test_turns import begin, lines, row, turn_of

GUIDE: dict[str, Any] = dict(PLAIN)

STATEMENTS = 12
"""Of a page at most, whatever it moves."""


def edited(**steps: Any) -> dict[str, Any]:
    new = deepcopy(GUIDE)
    new["steps"][1] = {"wait": "9d"}
    new["steps"][3]["until"] = 'opened("second")'
    return {**new, **steps}


def sleepers(house: House, count: int, step: str = "second") -> None:
    """Many at once, as if their first mail had gone out: asleep in the wait before the second."""
    version = house.publish(GUIDE)
    house.do(_sleepers, house, version, count)


def _sleepers(conn: Connection, house: House, version: str, count: int) -> None:
    now = house.desk.clock.now(conn)
    ids = [(new_id(), new_id()) for _ in range(count)]
    position = {"step": "second", "since": _iso(3), "planned": _iso(3), "visits": {"first": 1, "second": 1}}
    position |= {"rests_in": "first+wait", "rests_since": _iso(0)}
    stamps = {"created_at": now, "updated_at": now}
    conn.execute(
        insert(leads), [{"id": lead, "email": f"{lead}@people.example", **stamps} for lead, _ in ids]
    )
    common = {"campaign": "guide", "version": version, "entry": 1, "cause": "test", "step": "second"}
    common |= {"position": position, "effect": "send_message", "queue": "send.smtp", "turn": 1}
    common |= {"due": MONDAY + timedelta(days=3), "entered_at": now, "changed_at": now}
    conn.execute(insert(journeys), [{"id": journey, "lead_id": lead, **common} for lead, journey in ids])


def _iso(days: int) -> str:
    return (MONDAY + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("pages", [1, 3])
def test_statements_are_by_the_page_not_by_the_journey(house: House, pages: int) -> None:
    sleepers(house, pages * PAGE - 1)
    new = house.publish(edited())
    target = Target("guide", new)
    with statements() as asked:
        told = house.store.read_sync(preview, house.desk, target)
    assert told.total == pages * PAGE - 1
    assert asked.total() <= 10 + pages
    with statements() as asked:
        done = move_all(house.store, house.desk, target)
    assert done.ways == Counter(dict(told.ways))
    assert asked.total() <= 10 + STATEMENTS * pages, asked
    with statements() as asked:
        back = rollback(house.store, house.desk, "guide", "test")
    assert back.journeys == pages * PAGE - 1
    assert asked.total() <= 25 + STATEMENTS * pages, asked


def test_only_who_is_due_earlier_is_told(house: House) -> None:
    sleepers(house, 5)
    for length, told in (("9d", 0), ("1d", 5)):
        new = house.publish({**GUIDE, "steps": [GUIDE["steps"][0], {"wait": length}, *GUIDE["steps"][2:]]})
        move_all(house.store, house.desk, Target("guide", new))
        rows = house.do(lambda conn: conn.execute(select(outbox)).all())
        assert len(rows) == told
    due = house.do(lambda conn: set(conn.scalars(select(journeys.c.due))))
    assert due == {MONDAY + timedelta(days=1)}


@pytest.mark.parametrize("how", ["asleep", "woken", "decided", "too late", "never started"])
def test_taking_back_what_was_put_off_wakes_only_who_would_sleep_too_long(house: House, how: str) -> None:
    """Their workflows sleep to the very time that counts again, unless they have heard of the later one."""
    sleepers(house, 3)
    started = update(journeys).values(started_at=MONDAY)
    house.do(lambda conn: conn.execute(started) if how != "never started" else None)
    new = house.publish({**GUIDE, "steps": [GUIDE["steps"][0], {"wait": "9d"}, *GUIDE["steps"][2:]]})
    move_all(house.store, house.desk, Target("guide", new))
    ids = house.do(lambda conn: conn.scalars(select(journeys.c.id)).all())
    if how == "woken":
        house.do(queue, ids, Spread(rate=1000))
    elif how == "decided":
        for one in ids:
            found = house.do(open_turn, house.desk, turn_of(house, one))
            house.do(hold, house.desk, found, MONDAY + timedelta(days=9), "cap")
    elif how == "too late":
        house.do(step, MONDAY + timedelta(days=4))
    house.do(lambda conn: conn.execute(delete(outbox)))
    assert rollback(house.store, house.desk, "guide", "test").journeys == 3
    told = house.do(lambda conn: len(conn.execute(select(outbox)).all()))
    assert told == (0 if how == "asleep" else 3)


def test_what_is_listened_for_is_the_new_versions(house: House) -> None:
    turn = begin(house)
    new = house.publish({**GUIDE, "leave": {"customer": "lead.customer", "rich": "score > 99"}})
    before = row(house, turn.journey)
    move_all(house.store, house.desk, Target("guide", new))
    after = row(house, turn.journey)
    found = house.do(lambda conn: set(conn.execute(select(waits.c.name, waits.c.token))))
    assert found == {("customer", "field:lead.customer"), ("rich", "score")}
    assert (after.version, after.turn, after.due) == (new, before.turn, before.due)
    assert after.listens != before.listens
    assert lines(house, turn.journey)[-1] == ("moved", "first")


def test_a_mail_in_hand_is_not_overtaken(house: House) -> None:
    turn = begin(house)
    claimed = house.do(sending.begin, house.desk, turn, new_id())
    assert not hasattr(claimed, "turn") or claimed.turn == turn
    new = house.publish({**edited(), "moved": {"first": "hello"}} | _renamed())
    done = move_all(house.store, house.desk, Target("guide", new))
    assert (done.journeys, done.in_hand) == (0, 1)
    assert row(house, turn.journey).version != new
    house.do(lambda conn: conn.execute(update(sends).values(state="pending", owner=None)))
    done = move_all(house.store, house.desk, Target("guide", new))
    assert (done.journeys, done.in_hand) == (1, 0)
    [mail] = house.do(lambda conn: conn.execute(select(sends)).all())
    assert (mail.step, mail.key) == ("hello", f"{turn.journey}/hello/1/send")
    assert turn_of(house, turn.journey).step == "hello"


def _renamed() -> dict[str, Any]:
    return {"steps": [{"send": "hello", "message": "first"}, *GUIDE["steps"][1:]]}


def test_a_decision_made_meanwhile_keeps_its_place_on_the_way_back(house: House) -> None:
    """Who has gone on since the move goes back by the names of the steps."""
    sleepers(house, 2)
    new = house.publish(edited())
    done = move_all(house.store, house.desk, Target("guide", new))
    gone_on, still = house.do(lambda conn: conn.execute(select(journeys).order_by(journeys.c.id)).all())
    wait = gone_on.position | {"step": "second+wait", "waiting": True, "until": _iso(20), "rests_in": ""}
    values = {"step": "second+wait", "position": wait, "due": MONDAY + timedelta(days=20), "turn": 7}
    values |= {"effect": "check_engagement"}
    house.do(lambda conn: conn.execute(update(journeys).where(journeys.c.id == gone_on.id).values(**values)))
    back = rollback(house.store, house.desk, "guide", "test")
    assert (back.version, back.journeys) == (new, 2)
    assert {row(house, one.id).version for one in (gone_on, still)} == {back.live}
    assert row(house, gone_on.id).step == "second+wait"
    assert row(house, still.id).due == MONDAY + timedelta(days=3)
    assert done.journeys == 2
    with pytest.raises(NothingToUndo):
        rollback(house.store, house.desk, "guide", "test")


def test_a_move_that_was_interrupted_goes_on(house: House) -> None:
    sleepers(house, 3)
    new = house.publish(edited())
    target = Target("guide", new)
    first = house.do(lambda conn: conn.scalars(select(journeys.c.id).order_by(journeys.c.id)).first())
    house.do(lambda conn: conn.execute(update(journeys).where(journeys.c.id == first).values(version=new)))
    assert move_all(house.store, house.desk, target).journeys == 2
    assert move_all(house.store, house.desk, target).journeys == 0
    assert house.do(lambda conn: len(conn.execute(select(move_rows)).all())) == 2
