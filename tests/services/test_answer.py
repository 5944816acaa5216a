from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.clock import RealClock
from nurture.services.answer import (
    Answer,
    AnsweredAlready,
    AnswerWrong,
    NoSuchTask,
    Word,
    add_note,
    answer,
    task_shown,
)
from nurture.services.desk import Desk
from nurture.store.session import Store
from nurture.store.tables import events, handoffs, leads, outbox, timeline
from tests.rows import HOME, Rows
from tests.web.sales import Sales


@pytest.fixture
def desk() -> Desk:
    return Desk(RealClock(), ("a secret",), HOME, "default", crm=True)


@pytest.fixture
def sales(store: Store, rows: Rows) -> Sales:
    return Sales(store)


@pytest.fixture
def dana(sales: Sales) -> str:
    return sales.user("dana@sales.example")


def row(store: Store, task: str) -> Any:
    return store.read_sync(lambda conn: conn.execute(select(handoffs).where(handoffs.c.id == task)).one())


def stage(store: Store, lead: str) -> str:
    return store.read_sync(lambda conn: str(conn.scalar(select(leads.c.stage).where(leads.c.id == lead))))


def queued(store: Store, kind: str) -> list[Any]:
    query = select(outbox).where(outbox.c.kind == kind).order_by(outbox.c.id)
    return store.read_sync(lambda conn: list(conn.execute(query)))


@pytest.mark.parametrize(
    ("word", "reason", "after"),
    [("accepted", None, "SAL"), ("qualified", None, "SQL"), ("rejected", "no-budget", "recycled")],
)
def test_an_answer_is_written_with_everything_that_follows(
    store: Store, sales: Sales, desk: Desk, dana: str, word: Word, reason: str | None, after: str
) -> None:
    lead = sales.lead()
    journey = sales.rows.journey(lead)
    task = sales.task(lead, dana, journey=journey)
    bant = {"budget": "40k", "need": " "} if word == "qualified" else {}
    given = Answer(word, dana, reason, "A note", bant)
    assert list(store.write_sync(answer, desk, task, 0, given)) == [journey]
    found = row(store, task)
    assert (found.state, found.reason, found.note, found.version) == (word, reason, "A note", 1)
    assert (found.answered_by, found.bant) == (dana, {"budget": "40k"} if bant else None)
    assert stage(store, lead) == after
    assert [(wake.record, wake.payload) for wake in queued(store, "wake")] == [
        (journey, {"journey": journey})
    ]
    told = [crm.payload["what"] for crm in queued(store, "crm")]
    assert sorted(told) == ["handoff", "stage"]
    happened = store.read_sync(lambda conn: conn.execute(select(events).order_by(events.c.id)).all())
    more = {"lead.changed"} if word == "qualified" else set()
    assert {event.type for event in happened} == {"handoff.answered", "stage.changed"} | more
    (line,) = store.read_sync(lambda conn: conn.execute(select(timeline)).all())
    assert (line.kind, line.step, line.reason, line.journey_id) == ("answered", "talk", reason or "", journey)
    owner = store.read_sync(lambda conn: conn.scalar(select(leads.c.owner)))
    assert owner == (None if word == "rejected" else dana)


def test_only_the_first_answer_counts(store: Store, sales: Sales, desk: Desk, dana: str) -> None:
    lead = sales.lead()
    task = sales.task(lead, dana)
    store.write_sync(answer, desk, task, 0, Answer("rejected", dana, "not-now"))
    for version in (0, 1):
        with pytest.raises(AnsweredAlready) as caught:
            store.write_sync(answer, desk, task, version, Answer("accepted", dana))
        assert (caught.value.state, caught.value.by) == ("rejected", dana)
    assert stage(store, lead) == "recycled"
    assert len(queued(store, "wake")) == 1


def test_of_many_at_once_one_wins(store: Store, sales: Sales, desk: Desk, dana: str) -> None:
    task = sales.task(sales.lead(), dana)
    words: list[Word] = ["accepted", "rejected", "qualified"] * 4

    def give(word: Word) -> int:
        try:
            store.write_sync(answer, desk, task, 0, Answer(word, dana, "not-now"))
        except AnsweredAlready:
            return 0
        return 1

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(give, words)) == 1
    assert len(queued(store, "wake")) == 1
    assert row(store, task).version == 1


def test_a_changed_task_is_not_answered_unseen(store: Store, sales: Sales, desk: Desk, dana: str) -> None:
    task = sales.task(sales.lead(), dana, version=3)
    with pytest.raises(AnsweredAlready):
        store.write_sync(answer, desk, task, 2, Answer("accepted", dana))
    assert row(store, task).state == "open"


@pytest.mark.parametrize("state", ["expired", "cancelled", "qualified", "rejected"])
def test_a_closed_task_takes_no_answer(store: Store, sales: Sales, desk: Desk, dana: str, state: str) -> None:
    task = sales.task(sales.lead(), dana, state=state)
    with pytest.raises(AnsweredAlready):
        store.write_sync(answer, desk, task, 0, Answer("accepted", dana))


def test_who_accepted_may_qualify_later_without_waking_anybody(
    store: Store, sales: Sales, desk: Desk, dana: str
) -> None:
    lead = sales.lead()
    task = sales.task(lead, dana)
    store.write_sync(answer, desk, task, 0, Answer("accepted", dana, note="Called"))
    assert (
        list(store.write_sync(answer, desk, task, 1, Answer("qualified", dana, bant={"timing": "May"}))) == []
    )
    found = row(store, task)
    assert (found.state, found.note, found.bant) == ("qualified", "Called", {"timing": "May"})
    assert stage(store, lead) == "SQL"
    assert len(queued(store, "wake")) == 1


def test_joined_tasks_share_the_answer_and_all_journeys_wake(
    store: Store, sales: Sales, desk: Desk, dana: str
) -> None:
    lead = sales.lead()
    journeys = [sales.rows.journey(lead, entry=entry, key=str(entry)) for entry in (1, 2, 3)]
    first = sales.task(lead, dana, journey=journeys[0])
    joined = sales.task(lead, dana, journey=journeys[1], joined_to=first)
    closed = sales.task(lead, dana, journey=journeys[2], joined_to=first, state="expired")
    woken = store.write_sync(answer, desk, joined, 0, Answer("rejected", dana, "no-fit"))
    assert sorted(woken) == sorted(journeys[:2])
    assert [row(store, task).state for task in (first, joined, closed)] == ["rejected", "rejected", "expired"]


def test_a_joined_task_stands_for_itself_when_the_first_is_closed(
    store: Store, sales: Sales, desk: Desk, dana: str
) -> None:
    lead = sales.lead()
    journeys = [sales.rows.journey(lead, entry=entry, key=str(entry)) for entry in (1, 2, 3)]
    first = sales.task(lead, dana, journey=journeys[0], state="cancelled")
    two = [sales.task(lead, dana, journey=journey, joined_to=first) for journey in journeys[1:]]
    assert store.read_sync(task_shown, two[0]).id == two[0]
    assert sorted(store.write_sync(answer, desk, two[0], 0, Answer("accepted", dana))) == sorted(journeys[1:])
    assert [row(store, task).state for task in two] == ["accepted", "accepted"]


def test_an_ended_journey_is_not_woken(store: Store, sales: Sales, desk: Desk, dana: str) -> None:
    lead = sales.lead()
    task = sales.task(lead, dana, journey=sales.rows.ended(lead=lead))
    assert list(store.write_sync(answer, desk, task, 0, Answer("accepted", dana))) == []
    assert queued(store, "wake") == []


@pytest.mark.parametrize(
    ("word", "before", "after"),
    [
        ("accepted", "SQL", "SQL"),
        ("accepted", "recycled", "SAL"),
        ("qualified", "customer", "customer"),
        ("rejected", "customer", "customer"),
        ("rejected", "SQL", "recycled"),
        ("accepted", "disqualified", "SAL"),
    ],
)
def test_nobody_falls_back_behind_what_they_reached(
    store: Store, sales: Sales, desk: Desk, dana: str, word: Word, before: str, after: str
) -> None:
    lead = sales.lead(stage=before)
    store.write_sync(answer, desk, sales.task(lead, dana), 0, Answer(word, dana, "not-now"))
    assert stage(store, lead) == after


@pytest.mark.parametrize(
    "given",
    [
        Answer("rejected", "x"),
        Answer("rejected", "x", "made-up"),
        Answer("accepted", "x", note="n" * 2001),
        Answer("qualified", "x", bant={"mood": "good"}),
    ],
)
def test_an_answer_that_lacks_something_changes_nothing(
    store: Store, sales: Sales, desk: Desk, dana: str, given: Answer
) -> None:
    task = sales.task(sales.lead(), dana)
    with pytest.raises(AnswerWrong):
        store.write_sync(answer, desk, task, 0, given)
    assert row(store, task).version == 0


def test_a_task_that_is_none(store: Store, sales: Sales, desk: Desk, dana: str) -> None:
    with pytest.raises(NoSuchTask):
        store.write_sync(answer, desk, "0190b0a0-0000-7000-8000-000000000000", 0, Answer("accepted", dana))


def test_without_a_crm_nothing_is_queued_for_one(store: Store, sales: Sales, desk: Desk, dana: str) -> None:
    desk.crm = False
    store.write_sync(answer, desk, sales.task(sales.lead(), dana), 0, Answer("accepted", dana))
    assert queued(store, "crm") == []


def test_a_note_stands_on_the_timeline(store: Store, sales: Sales, desk: Desk, dana: str) -> None:
    task = sales.task(sales.lead(), dana)
    store.write_sync(add_note, desk, task, dana, " Called,\n nobody\0 there ")
    store.write_sync(add_note, desk, task, dana, "  ")
    (line,) = store.read_sync(lambda conn: conn.execute(select(timeline)).all())
    assert (line.kind, line.reason, line.detail["by"]) == ("note", "Called, nobody there", dana)


def test_nul_characters_do_not_stop_an_answer(store: Store, sales: Sales, desk: Desk, dana: str) -> None:
    task = sales.task(sales.lead(), dana)
    given = Answer("qualified", dana, note="a\0b", bant={"budget": "1\0"})
    store.write_sync(answer, desk, task, 0, given)
    assert (row(store, task).note, row(store, task).bant) == ("ab", {"budget": "1"})


def test_a_task_of_an_escalated_owner_needs_a_fresh_look(
    store: Store, sales: Sales, desk: Desk, dana: str
) -> None:
    task = sales.task(sales.lead(), dana)
    store.write_sync(
        lambda conn: conn.execute(update(handoffs).where(handoffs.c.id == task).values(version=1))
    )
    with pytest.raises(AnsweredAlready) as caught:
        store.write_sync(answer, desk, task, 0, Answer("accepted", dana))
    assert caught.value.state == "open"
