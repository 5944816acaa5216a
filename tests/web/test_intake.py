"""Events of many calls in one transaction: each caller gets its own results, and one that fails is alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from nurture.clock import RealClock
from nurture.services.event_leads import LeadRef
from nurture.services.ingest import Accepted, NewEvent, ingest
from nurture.store.session import Store
from nurture.store.tables import events
from nurture.web import intake
from nurture.web.intake import Intake


def event(key: str, email: str = "ann@people.example") -> NewEvent:
    return NewEvent("api", key, "page.viewed", LeadRef(email))


def stored(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(events)).scalar_one()


async def test_each_caller_gets_its_own_results_in_order(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []

    def counting(conn: Connection, clock: Any, batch: Sequence[NewEvent], **_given: Any) -> list[Accepted]:
        taken.append(len(batch))
        return ingest(conn, clock, batch)

    monkeypatch.setattr(intake, "ingest", counting)
    door = Intake(store, RealClock())
    calls = [[event(f"{number}")] for number in range(20)]
    calls += [[event("a"), event("3"), event("b", "no address")], [event("a")]]
    found = await asyncio.gather(*map(door.take, calls))
    assert [[one.key for one in each] for each in found] == [[one.key for one in call] for call in calls]
    states = [[one.status for one in each] for each in found]
    assert states == [*[["accepted"]] * 20, ["accepted", "duplicate", "refused"], ["duplicate"]]
    assert await store.read(stored) == 21
    assert len(taken) < 4, "most of them shared a transaction"


async def test_one_that_fails_fails_alone(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(conn: Connection, clock: Any, batch: Sequence[NewEvent], **_given: Any) -> list[Accepted]:
        if any(one.key == "bad" for one in batch):
            raise ValueError("bad")
        return ingest(conn, clock, batch)

    monkeypatch.setattr(intake, "ingest", broken)
    door = Intake(sqlite_store, RealClock())
    calls = [[event("1")], [event("bad")], [event("2")]]
    found = await asyncio.gather(*map(door.take, calls), return_exceptions=True)
    assert [isinstance(one, ValueError) for one in found] == [False, True, False]
    assert await sqlite_store.read(stored) == 2


async def test_who_has_gone_takes_nobody_along(sqlite_store: Store) -> None:
    door = Intake(sqlite_store, RealClock())
    tasks = [asyncio.create_task(door.take([event(str(number))])) for number in range(4)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in found] == [False, True, False, False]
    assert await sqlite_store.read(stored) == 4
