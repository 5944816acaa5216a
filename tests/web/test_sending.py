"""The page of the accounts: what stopped one, who may let it go on, and that it then does."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from nurture.services import breakers
from nurture.store.session import Store
from nurture.store.tables import journeys, outbox, trips, users
from nurture.web.site import Site
from tests.rows import Rows
from tests.web.conftest import signed_in
from tests.web.sales import STRANGER, Sales

Client = httpx.AsyncClient


@pytest.fixture
def tripped(app: FastAPI, store: Store) -> Site:
    site = app.state.site
    assert isinstance(site, Site)
    store.write_sync(breakers.write_down, site.desk, {"smtp": 1000})
    for _ in range(4):
        store.write_sync(breakers.blame, site.desk, "smtp", "complaints")
    return site


async def test_it_says_what_stopped_and_what_to_do_and_lets_it_go_on(
    tripped: Site, me: Client, store: Store, rows: Rows
) -> None:
    waiting = rows.journey(hold="channel", effect="send_message")
    page = (await me.get("/sending")).text
    assert "Stopped just now for too many complaints" in page
    assert "1,000 mails handed over in the 24 hours before it stopped" in page
    assert "<td>3</td><td>0.30 %</td><td>0.3 %</td>" in page, "the numbers of the moment in which it stopped"
    assert "The mail account is stopped for too many complaints" in page
    answer = await me.post("/sending/smtp/resume")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sending")
    page = (await me.get("/sending")).text
    assert "Goes" in page
    assert "resumed just now" in page
    assert "is stopped" not in page
    assert store.read_sync(lambda conn: conn.scalar(select(outbox.c.record))) == waiting
    assert store.read_sync(lambda conn: conn.scalar(select(journeys.c.woken))) is True


async def test_nobody_else_lets_it_go_on(client: Client, me: Client, tripped: Site, store: Store) -> None:
    assert (await client.get("/sending")).headers["location"] == "/signin"
    assert (await client.post("/sending/smtp/resume")).status_code in (303, 403)
    other = {"Origin": "https://else.example", "Sec-Fetch-Site": "cross-site"}
    assert (await me.post("/sending/smtp/resume", headers=other)).status_code == 403
    assert (await me.get("/sending/smtp/resume")).status_code == 405
    assert store.read_sync(lambda conn: conn.scalar(select(trips.c.resumed_at))) is None


async def test_where_there_are_admins_only_they_let_it_go_on(
    tripped: Site, app: FastAPI, me: Client, sales: Sales, store: Store
) -> None:
    store.write_sync(
        lambda conn: conn.execute(update(users).where(users.c.email == STRANGER).values(role="admin"))
    )
    page = (await me.get("/sending")).text
    assert "An admin lets it go on: Kim Lund." in page
    assert "<button" not in page.partition("An admin lets")[2].partition("</section>")[0]
    assert (await me.post("/sending/smtp/resume")).status_code == 403
    assert store.read_sync(lambda conn: conn.scalar(select(trips.c.resumed_at))) is None
    async with signed_in(app, sales, STRANGER) as admin:
        assert (await admin.post("/sending/smtp/resume")).status_code == 303
    assert store.read_sync(lambda conn: conn.scalar(select(trips.c.resumed_at))) is not None
