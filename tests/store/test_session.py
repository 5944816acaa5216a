"""Transactions on both databases: grouped or not, each stands or falls alone."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import rates

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def put(conn: Connection, name: str) -> None:
    conn.execute(insert(rates).values(name=name, tokens=1.5, at=NOON))


def names(conn: Connection) -> list[str]:
    return list(conn.scalars(select(rates.c.name).order_by(rates.c.name)))


async def test_one_that_fails_takes_nothing_with_it(store: Store) -> None:
    results = await asyncio.gather(
        *(store.write(put, name) for name in ("a", "b", "a", "c")), return_exceptions=True
    )
    assert [isinstance(result, IntegrityError) for result in results].count(True) == 1
    assert await store.read(names) == ["a", "b", "c"]


async def test_instants_come_back_aware_and_equal(store: Store) -> None:
    await store.write(put, "a")
    assert await store.read(lambda conn: conn.scalar(select(rates.c.at))) == NOON


async def test_the_database_knows_the_time(store: Store) -> None:
    found = await store.read(lambda conn: conn.scalar(select(db_now(60))))
    assert found is not None
    assert abs(found - datetime.now(UTC) - timedelta(seconds=60)) < timedelta(seconds=5)


async def test_what_is_raised_reaches_the_caller(store: Store) -> None:
    def broken(conn: Connection) -> None:
        put(conn, "a")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.write(broken)
    assert await store.read(names) == []


async def test_a_waiter_that_is_cancelled_leaves_the_writer_alive(store: Store) -> None:
    blocked = threading.Event()
    first = asyncio.create_task(store.write(lambda _conn: blocked.wait(5) and None))
    others = [asyncio.create_task(store.write(put, name)) for name in ("a", "b")]
    await asyncio.sleep(0.05)
    for task in (first, others[0]):
        task.cancel()
    await asyncio.sleep(0)
    blocked.set()
    await others[1]
    assert "b" in await store.read(names)


async def test_in_a_group_what_a_failing_one_had_written_is_undone(sqlite_store: Store) -> None:
    def broken(conn: Connection) -> None:
        put(conn, "half")
        raise ValueError("no")

    blocked = threading.Event()
    first = asyncio.create_task(sqlite_store.write(lambda _conn: blocked.wait(5) and None))
    await asyncio.sleep(0.05)
    group = [sqlite_store.submit(*job) for job in ((put, "a"), (broken,), (put, "a"), (put, "b"))]
    blocked.set()
    found = await asyncio.gather(first, *map(asyncio.wrap_future, group), return_exceptions=True)
    assert [type(one) for one in found] == [type(None), type(None), ValueError, IntegrityError, type(None)]
    assert await sqlite_store.read(names) == ["a", "b"]
