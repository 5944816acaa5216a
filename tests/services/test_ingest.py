from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from nurture.clock import RealClock, SteppedClock
from nurture.services.event_leads import LeadRef
from nurture.services.ingest import HOLD, NewEvent, ingest
from nurture.store.session import Store
from nurture.store.tables import events, leads
from tests.rows import Rows

CLOCK = RealClock()
ANN = LeadRef(email="ann@ours.example")


def an_event(key: str = "1", **given: Any) -> NewEvent:
    values: dict[str, Any] = {"source": "api:website", "key": key, "type": "page.viewed", "lead": ANN}
    return NewEvent(**{**values, **given})


def count(store: Store, table: Any = events) -> int:
    return store.read_sync(lambda conn: conn.scalar(select(func.count()).select_from(table))) or 0


def test_results_stand_in_the_order_of_the_batch(store: Store) -> None:
    nobody = LeadRef(id="0190b0a0-0000-7000-8000-000000000000")
    batch = [an_event("1"), an_event("2", lead=nobody), an_event("1"), an_event("3")]
    found = store.write_sync(ingest, CLOCK, batch)
    assert [(one.key, one.status) for one in found] == [
        ("1", "accepted"),
        ("2", "refused"),
        ("1", "duplicate"),
        ("3", "accepted"),
    ]


def test_more_rows_than_one_statement_takes(store: Store) -> None:
    batch = [an_event(str(number), lead=LeadRef(email=f"p{number}@ours.example")) for number in range(2001)]
    assert {one.status for one in store.write_sync(ingest, CLOCK, batch)} == {"accepted"}
    assert {one.status for one in store.write_sync(ingest, CLOCK, batch)} == {"duplicate"}
    assert count(store) == count(store, leads) == len(batch)


def test_without_leave_an_unknown_address_makes_no_lead(store: Store) -> None:
    (found,) = store.write_sync(ingest, CLOCK, [an_event()], create=False)
    assert (found.status, found.reason) == ("refused", "no lead has this address")
    assert count(store, leads) == 0


def test_the_same_batch_from_many_sides_is_stored_once(store: Store) -> None:
    batch = [an_event(str(number), lead=LeadRef(email=f"p{number % 7}@ours.example")) for number in range(40)]

    def send(turn: int) -> list[str]:
        ordered = batch if turn % 2 else batch[::-1]
        return [one.status for one in store.write_sync(ingest, CLOCK, ordered)]

    with ThreadPoolExecutor(6) as threads:
        results = [status for statuses in threads.map(send, range(6)) for status in statuses]
    assert results.count("accepted") == len(batch)
    assert (count(store), count(store, leads)) == (len(batch), 7)


@pytest.mark.parametrize(
    ("kind", "held"), [("email.clicked", True), ("email.opened", True), ("page.viewed", False)]
)
def test_clicks_and_opens_wait_for_evidence(store: Store, kind: str, held: bool) -> None:
    store.write_sync(ingest, CLOCK, [an_event(type=kind)])
    row = store.read_sync(lambda conn: conn.execute(select(events)).one())
    assert row.judge_at - row.received_at == (HOLD if held else timedelta())


def test_campaign_time_is_the_time_of_an_event(store: Store) -> None:
    now = datetime(2031, 5, 1, 9, tzinfo=UTC)
    Rows(store).installed(clock="stepped", stepped_to=now)
    store.write_sync(ingest, SteppedClock(), [an_event(occurred_at=now - timedelta(days=2)), an_event("2")])
    rows = store.read_sync(lambda conn: conn.execute(select(events).order_by(events.c.id)).all())
    assert [row.occurred_at for row in rows] == [now - timedelta(days=2), now]
    assert {row.received_at for row in rows} == {now}
