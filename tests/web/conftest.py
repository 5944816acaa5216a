"""The app over a real database, asked as a browser or a program would ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from nurture.clock import RealClock
from nurture.delivery.links import Links
from nurture.services.api_keys import create_key
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.web.app import create_app
from tests.rows import HOME, Rows
from tests.web.sales import ME, STRANGER, Sales

SECRET = "a secret of sixteen and more"
Client = httpx.AsyncClient
OURS = {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, secret=SECRET, base_url=HOME, delivery="smtp", smtp_host="localhost")


@pytest.fixture
def links() -> Links:
    return Links(HOME, [SECRET])


@pytest.fixture
def app(settings: Settings, store: Store, rows: Rows) -> FastAPI:
    return create_app(settings, store, RealClock())


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[Client]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url=HOME) as client:
        yield client


@pytest.fixture
def key(store: Store) -> str:
    return store.write_sync(create_key, RealClock(), "website")


@pytest.fixture
def sales(store: Store, rows: Rows) -> Sales:
    return Sales(store)


@asynccontextmanager
async def signed_in(app: FastAPI, sales: Sales, email: str) -> AsyncIterator[Client]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url=HOME, headers=OURS) as client:
        answer = await client.post(f"/signin/{sales.link(email)}")
        assert answer.headers["location"] == "/inbox"
        yield client


@pytest.fixture
async def me(app: FastAPI, sales: Sales) -> AsyncIterator[Client]:
    async with signed_in(app, sales, ME) as client:
        yield client


@pytest.fixture
async def stranger(app: FastAPI, sales: Sales) -> AsyncIterator[Client]:
    async with signed_in(app, sales, STRANGER) as client:
        yield client


@pytest.fixture
def dana(sales: Sales) -> str:
    return sales.user(ME)
