from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from nurture.clock import RealClock
from nurture.services.sign_in import NoSuchUser, ensure_users, sign_in_link
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import handoffs, sign_ins
from tests.web.conftest import OURS
from tests.web.sales import MATE, ME, Sales

Client = httpx.AsyncClient


def state(store: Store, task: str) -> Any:
    return store.read_sync(lambda conn: conn.execute(select(handoffs).where(handoffs.c.id == task)).one())


async def test_without_a_session_there_is_only_the_sign_in_page(
    client: Client, sales: Sales, dana: str
) -> None:
    task = sales.task(sales.lead(), dana)
    for path in ("/inbox", f"/inbox/{task}"):
        assert (await client.get(path)).headers["location"] == "/signin"
    for word in ("accept", "notes"):
        answer = await client.post(f"/inbox/{task}/{word}", headers=OURS)
        assert answer.status_code == 303
    fragment = await client.get("/inbox", headers={"HX-Request": "true"})
    assert fragment.headers["hx-redirect"] == "/signin"
    assert state(store=sales.store, task=task).state == "open"


async def test_a_link_is_used_by_the_button_alone_and_once(client: Client, sales: Sales) -> None:
    token = sales.link(ME)
    for _ in range(3):
        page = await client.get(f"/signin/{token}")
        assert 'action="/signin/' in page.text
        assert "set-cookie" not in page.headers
        await client.head(f"/signin/{token}")
    answer = await client.post(f"/signin/{token}", headers=OURS)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert token not in cookie
    again = await client.post(f"/signin/{token}", headers=OURS)
    assert again.status_code == 410
    assert "set-cookie" not in again.headers
    assert "does not work any more" in (await client.get(f"/signin/{token}")).text


@pytest.mark.parametrize("kind", ["link", "session"])
async def test_links_and_sessions_end(me: Client, client: Client, sales: Sales, kind: str) -> None:
    token = sales.link(ME)
    sales.store.write_sync(
        lambda conn: conn.execute(
            update(sign_ins).where(sign_ins.c.kind == kind).values(expires_at=db_now(-1))
        )
    )
    if kind == "link":
        assert (await client.post(f"/signin/{token}", headers=OURS)).status_code == 410
    else:
        assert (await me.get("/inbox")).headers["location"] == "/signin"


async def test_signing_out_ends_the_session(me: Client) -> None:
    cookie = me.cookies["nurture_session"]
    assert (await me.post("/signout")).status_code == 303
    me.cookies.set("nurture_session", cookie)
    assert (await me.get("/inbox")).headers["location"] == "/signin"


async def test_who_left_the_team_is_out(me: Client, sales: Sales) -> None:
    members = [{"email": MATE, "name": "Eli", "team": "inside-sales"}]
    sales.store.write_sync(ensure_users, RealClock(), members)
    assert (await me.get("/inbox")).headers["location"] == "/signin"
    with pytest.raises(NoSuchUser):
        sales.store.write_sync(sign_in_link, ME)
