"""A bug in one row ends no round of the relay, and no row is met for ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import cast

import pytest
from sqlalchemy import select

from nurture.client import Client
from nurture.delivery.hooks import Call
from nurture.delivery.providers.sendgrid import SendGridHook
from nurture.domain.mail_events import MailEvent, Odd
from nurture.http import Http
from nurture.relay.hooks import HooksRound
from nurture.relay.loop import Relay, Round
from nurture.store.tables import inbox, provider_events
from tests.fixtures.content import House
from tests.services.test_hooks import events_of, put


async def goes_round(house: House, work: Round, until: asyncio.Event) -> None:
    relay, stop = Relay(house.store, house.desk, cast(Client, None), 50), asyncio.Event()
    relay._leading.set()
    task = asyncio.create_task(relay._repeat(work, asyncio.Event(), stop))
    try:
        await asyncio.wait_for(until.wait(), 10)
    finally:
        stop.set()
        await task


async def test_a_bug_is_told_by_its_place_and_the_next_round_comes(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    again, calls = asyncio.Event(), []

    async def work() -> int:
        calls.append(1)
        if len(calls) > 2:
            again.set()
            return 0
        raise ValueError("ann@people.example")

    with caplog.at_level(logging.ERROR):
        await goes_round(house, work, again)
    (first, _) = caplog.records
    told = vars(first)
    assert (told["exception"], "work" in told["at"]) == ("ValueError", True)
    assert "ann@" not in f"{caplog.text}{told}"


class Breaking(SendGridHook):
    """Raises where it promises not to."""

    broken = 0

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        if b"what is this" in call.body:
            self.broken += 1
            raise ZeroDivisionError
        return super().events(call)


async def test_a_body_that_cannot_be_read_twice_is_set_aside(house: House) -> None:
    put(house, "1", events_of(1, n0="what is this"))
    put(house, "2", events_of(3))
    hook, over = Breaking([]), asyncio.Event()
    work = HooksRound(house.store, house.desk, hook, Http())

    async def round_() -> int:
        if not (done := await work.round()):
            over.set()
        return done

    await goes_round(house, round_, over)
    await work.close()
    states = house.do(lambda conn: conn.scalars(select(inbox.c.state).order_by(inbox.c.id)).all())
    assert (states, hook.broken) == (["odd", "done"], 2)
    assert len(house.do(lambda conn: conn.execute(select(provider_events.c.id)).all())) == 3
