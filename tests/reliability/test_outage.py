"""R5, the outage: nobody takes a connection, the name is unknown, or each ends before a word is said. No lead
fails, all that waited goes when it is over, and what goes by another account does not wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from sqlalchemy import select

from nurture.delivery.registry import provider
from nurture.domain.accounts.account import Account
from nurture.domain.accounts.routes import Accounts, Route
from nurture.services.enrol import enrol
from nurture.settings import load_settings
from nurture.store.session import Store
from nurture.store.tables import journeys
from tests.amount import examples
from tests.delivery.fakes.postmark import FakePostmark
from tests.delivery.fakes.resend import FakeResend
from tests.fixtures.content import make_house
from tests.reliability.post import Post, twice

LEADS, ROUNDS = examples(4, 100), 3
OTHERS = {"campaign": "others", "steps": [{"send": "first"}, {"end": "over"}]}
ACCOUNTS = Accounts(
    {"main": Account("main"), "other": Account("other")},
    (Route(("other",), campaigns=("others",)), Route(("main",))),
)


@contextlib.asynccontextmanager
async def refused() -> AsyncIterator[str]:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextlib.asynccontextmanager
async def no_name() -> AsyncIterator[str]:
    yield "https://api.postmark.invalid"


@contextlib.asynccontextmanager
async def reset() -> AsyncIterator[str]:
    """Hangs up when it has heard the first words of TLS."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.transport.abort()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@pytest.mark.parametrize("outage", [refused, no_name, reset])
async def test_an_outage_fails_no_lead_and_keeps_nobody_else_waiting(
    sqlite_store: Store, outage: Callable[[], AbstractAsyncContextManager[str]]
) -> None:
    house = make_house(sqlite_store, accounts=ACCOUNTS, provider=ACCOUNTS.main)
    main, other = FakePostmark(), FakeResend()
    async with main.served(), other.served(), outage() as nowhere:
        down = Post(house, provider(_settings(nowhere, other), ACCOUNTS), sqlite_store)
        down.enrols(LEADS)
        house.publish(OTHERS)
        others = [
            house.do(enrol, house.desk, "others", house.lead(), f"other:{number}").journey
            for number in range(LEADS)
        ]
        for number in range(ROUNDS):
            for journey in [*down.journeys, *others]:
                await down.sends(journey)
            assert (len(main.taken), len(other.taken)) == (0, LEADS), f"round {number}"
            down.time_goes_by()
        assert house.do(lambda conn: set(conn.scalars(select(journeys.c.attention)))) == {None}
        assert sorted(down.unfinished()) == sorted(down.journeys), "each waits at its mail"
        up = Post(house, provider(_settings(main.api, other), ACCOUNTS), sqlite_store)
        for journey in down.journeys:
            await up.sends(journey)
        await down.provider.close()
        await up.provider.close()
    print(f"{outage.__name__}: {LEADS} leads, {ROUNDS} rounds of nothing, then {len(main.taken)} in one;"
          f" {len(other.taken)} by the other account in the first")  # fmt: skip
    assert (len(main.taken), twice(main.taken + other.taken)) == (LEADS, [])


def _settings(main: str, other: FakeResend) -> Any:
    return load_settings(
        delivery="send",
        accounts="accounts.yaml",
        of_accounts={"MAIL_URL_OTHER": other.settings["mail_url"]},
        mail_url=f"postmark://pm-token@default?api={main}",
        internal_hosts="127.0.0.1",
    )
