"""A bug that one row runs into is told, and keeps no other row waiting."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import Connection, delete, insert, select

from nurture.client import Client
from nurture.clock import step
from nurture.relay import looking, loop
from nurture.relay.looking import look_at_pages
from nurture.relay.loop import Relay
from nurture.services.changes import announce
from nurture.services.desk import Desk
from nurture.services.look import LATER, look_at, waiting_pages
from nurture.store.tables import events, scans
from tests.fixtures.content import MONDAY, House


async def test_what_one_lead_did_keeps_nobody_else_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = house.lead(), house.lead()
    for lead in (bad, good):
        house.do(announce, lead, "demo.booked", {}, f"x/{lead}", MONDAY)

    def breaks(conn: Connection, desk: Desk, leads: Sequence[str]) -> int:
        seen = look_at(conn, desk, leads)
        if bad in leads:
            raise ZeroDivisionError("bad@people.example")
        return seen

    monkeypatch.setattr(looking, "look_at", breaks)
    with caplog.at_level(logging.ERROR):
        assert await look_at_pages(house.store, house.desk, house.do(waiting_pages, house.desk)) == 1
    rows = house.do(lambda conn: conn.execute(select(events).order_by(events.c.id)).all())
    seen = {row.lead_id: row.looked_at is not None for row in rows if row.type == "demo.booked"}
    assert seen == {bad: False, good: True}
    assert house.do(waiting_pages, house.desk) == []  # it is put off, not lost
    house.do(step, MONDAY + LATER)
    assert house.do(waiting_pages, house.desk) == [[bad]]
    assert [vars(one).get("lead") for one in caplog.records] == ["one of several", bad]
    assert "bad@" not in caplog.text


async def test_a_scan_that_fails_lets_the_next_one_go_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def breaks(conn: Connection, desk: Desk) -> int:
        now = desk.clock.now(conn)
        name = conn.scalars(select(scans.c.name).where(scans.c.due <= now).order_by(scans.c.due)).first()
        if name == "every bad":
            raise ZeroDivisionError
        done.append(name)
        return 0

    def two(conn: Connection) -> None:
        conn.execute(delete(scans))
        for name, age in (("every bad", 2), ("every good", 1)):
            conn.execute(insert(scans).values(name=name, began=MONDAY, due=MONDAY - timedelta(hours=age)))

    house.do(two)
    monkeypatch.setattr(loop, "scan", breaks)
    relay = Relay(house.store, house.desk, cast(Client, None), 50)
    await relay._see_to_planned()
    await relay._see_to_planned()
    assert done == ["every good"]


async def test_a_round_that_fails_is_followed_by_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    relay, rounds = Relay(house.store, house.desk, cast(Client, None), 50), []

    async def once() -> bool:
        rounds.append(1)
        if len(rounds) == 3:
            stop.set()
        raise ZeroDivisionError

    stop = asyncio.Event()
    monkeypatch.setattr(relay, "_lead_once", once)
    monkeypatch.setattr(loop, "EVERY", 0.01)
    await relay.run(stop)
    assert len(rounds) == 3
    assert caplog.text.count("a bug in a round of the relay") == 3
