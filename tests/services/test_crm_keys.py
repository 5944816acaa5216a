"""Tokens and limits that all workers share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from nurture.crm.connector import CrmDown, CrmSpent
from nurture.crm.keys import OAuth, Tokens
from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.http import Http
from nurture.services.crm_meter import Limits, TableMeter, only_reserve
from nurture.services.crm_vault import BadKey, TableVault, seal_of
from nurture.store.session import Store
from nurture.store.tables import crm_tokens


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    made = Http(internal=["127.0.0.1"])
    yield made
    await made.close()


async def test_a_token_that_ran_out_is_renewed_once_for_all_workers(sqlite_store: Store, http: Http) -> None:
    fake = FakeHubSpot()
    async with fake.served() as url:
        keys = [
            OAuth(f"{url}/oauth/v1/token", "id", "secret", TableVault(sqlite_store, "hubspot", seal), "good")
            for seal in (seal_of((), ["installation secret"]) for _ in range(2))
        ]
        first = await keys[0].token(http)
        assert await keys[1].token(http) == first == fake.moods.token
        second = await keys[0].token(http, instead_of=first)
        assert second != first
        assert await keys[1].token(http, instead_of=first) == second
        sealed = sqlite_store.read_sync(
            lambda conn: bytes(conn.execute(select(crm_tokens.c.sealed)).scalar_one())
        )
        assert second.encode() not in sealed
        assert b"good" not in sealed


async def test_two_workers_at_once_renew_once(sqlite_store: Store, http: Http) -> None:
    """HubSpot's fake counts; a CRM that takes each refresh token once would shut the second out."""
    fake = FakeHubSpot()
    async with fake.served() as url:
        seal = seal_of((), ["installation secret"])
        keys = [
            OAuth(f"{url}/oauth/v1/token", "id", "secret", TableVault(sqlite_store, "hubspot", seal), "good")
            for _ in range(3)
        ]
        first = set(await asyncio.gather(*(one.token(http) for one in keys)))
        (old,) = first
        second = set(await asyncio.gather(*(one.token(http, instead_of=old) for one in keys)))
        assert (len(first), len(second), first & second) == (1, 1, set())
        assert fake.calls.count(("POST", "/oauth/v1/token")) == 2


async def test_a_refresh_that_is_refused_says_so(sqlite_store: Store, http: Http) -> None:
    async with FakeHubSpot().served() as url:
        vault = TableVault(sqlite_store, "hubspot", seal_of((), ["s"]))
        with pytest.raises(CrmDown, match="credentials refused"):
            await OAuth(f"{url}/oauth/v1/token", "id", "secret", vault, "withdrawn").token(http)


async def test_keys_may_be_changed_and_another_key_opens_nothing(sqlite_store: Store) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    await TableVault(sqlite_store, "x", seal_of([old], ())).keep(None, Tokens("a", "b"))
    assert await TableVault(sqlite_store, "x", seal_of([new, old], ())).tokens() == Tokens("a", "b")
    assert await TableVault(sqlite_store, "x", seal_of([new], ())).tokens() is None
    with pytest.raises(BadKey, match="NURTURE_CRM_KEY"):
        seal_of(["short"], ())


async def test_the_day_s_last_calls_are_for_handoffs(sqlite_store: Store) -> None:
    meters = [TableMeter(sqlite_store, "hubspot", Limits(1000, 100)) for _ in range(2)]
    for n in range(95):
        await meters[n % 2].spend(1, urgent=False)
    assert not sqlite_store.read_sync(only_reserve, "hubspot")
    with pytest.raises(CrmSpent) as spent:
        await meters[0].spend(1, urgent=False)
    assert spent.value.retry_after is not None
    assert spent.value.retry_after > 80_000
    assert sqlite_store.read_sync(only_reserve, "hubspot")
    for _ in range(5):
        await meters[1].spend(1, urgent=True)
    with pytest.raises(CrmSpent):
        await meters[1].spend(1, urgent=True)


async def test_what_the_crm_counts_itself_counts(sqlite_store: Store) -> None:
    meter = TableMeter(sqlite_store, "salesforce", Limits(1000, 1000))
    await meter.told(used=996, allowed=1000)
    with pytest.raises(CrmSpent):
        await meter.spend(1, urgent=False)
    await meter.spend(1, urgent=True)
