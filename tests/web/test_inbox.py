from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from nurture.clock import RealClock
from nurture.services.sign_in import NoSuchUser, ensure_users, sign_in_link
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import handoffs, outbox, sign_ins
from tests.rows import HOME, Rows
from tests.web.sales import MATE, ME, STRANGER, Sales

Client = httpx.AsyncClient
OURS = {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}


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


async def test_the_most_urgent_come_first(me: Client, sales: Sales, dana: str) -> None:
    later = sales.task(sales.lead("Ana"), dana, due=sales.due(days=2))
    late = sales.task(sales.lead("Bea"), dana, due=sales.due(hours=-5))
    soon = sales.task(sales.lead("Cid"), dana, due=sales.due(hours=1))
    mates = sales.task(sales.lead("Dov"), sales.user(MATE))
    partners = sales.task(sales.lead("Eve"), sales.user(STRANGER), team="partners")
    done = sales.task(sales.lead("Fay"), dana, state="accepted", answered_by=dana, answered_at=sales.rows.now)
    mine = (await me.get("/inbox")).text
    assert [mine.index(task) for task in (late, soon, later)] == sorted(
        mine.index(task) for task in (late, soon, later)
    )
    assert "5 h late" in mine
    assert not any(task in mine for task in (mates, partners, done))
    team = (await me.get("/inbox?show=team")).text
    assert mates in team
    assert not any(task in team for task in (partners, done))
    answered = (await me.get("/inbox?show=done")).text
    assert done in answered
    assert mine.count('class="count">3') == 1
    assert 'class="count">4' in mine
    fragment = (await me.get("/inbox", headers={"HX-Request": "true"})).text
    assert late in fragment
    assert "<html" not in fragment


async def test_a_joined_task_is_shown_once(me: Client, sales: Sales, dana: str) -> None:
    lead = sales.lead()
    first = sales.task(lead, dana)
    other = sales.rows.journey(lead, entry=2, key="2")
    joined = sales.task(
        lead, dana, journey=other, joined_to=first, context={"why": "Asked for a <demo>", "campaign": "Trial"}
    )
    listed = (await me.get("/inbox")).text
    assert first in listed
    assert joined not in listed
    answer = await me.get(f"/inbox/{joined}")
    assert answer.headers["location"] == f"/inbox/{first}"
    page = (await me.get(f"/inbox/{first}")).text
    assert "Asked for a &lt;demo&gt;" in page
    assert "Read the case study and came back" in page
    sales.store.write_sync(
        lambda conn: conn.execute(update(handoffs).where(handoffs.c.id == first).values(state="cancelled"))
    )
    assert joined in (await me.get("/inbox")).text


async def test_the_page_says_why_now(me: Client, sales: Sales, dana: str) -> None:
    lead = sales.lead()
    journey = sales.rows.journey(lead)
    sales.history(lead, journey)
    sales.rows.event(lead, type="email.clicked", verdict="machine", data={"path": "/a-scanner"})
    past = sales.rows.ended("rejected", lead, entry=2)
    sales.task(
        lead,
        dana,
        journey=past,
        state="rejected",
        reason="no-budget",
        note="In May",
        answered_by=sales.user(MATE),
    )
    task = sales.task(lead, dana, journey=journey)
    page = (await me.get(f"/inbox/{task}")).text
    for words in (
        "Nora Lindqvist",
        "Brightforge",
        "Head of production",
        "Read the case study",
        "for what they did",
        "Prices, 2 times",
        "/prices/enterprise",
        "We sent",
        "Replied",
        "No budget, Eli Novak",
        "In May",
    ):
        assert words in page
    assert "/a-scanner" not in page


@pytest.mark.parametrize(
    ("word", "form", "after"),
    [
        ("accept", {}, "accepted"),
        ("qualify", {"budget": "40k", "authority": "CTO", "need": "", "timing": "May"}, "qualified"),
        ("reject", {"reason": "no-budget", "note": "Call in May"}, "rejected"),
    ],
)
async def test_an_answer_by_form(
    me: Client, sales: Sales, dana: str, word: str, form: dict[str, str], after: str
) -> None:
    task = sales.task(sales.lead(), dana)
    answer = await me.post(f"/inbox/{task}/{word}", data={"version": "0", **form})
    assert answer.status_code == 303
    found = state(sales.store, task)
    assert (found.state, found.answered_by) == (after, dana)
    page = await me.get(answer.headers["location"])
    assert "Saved: " in page.text
    assert sales.store.read_sync(lambda conn: len(conn.execute(select(outbox)).all())) == 1


async def test_a_rejection_without_a_reason_keeps_what_was_typed(me: Client, sales: Sales, dana: str) -> None:
    task = sales.task(sales.lead(), dana)
    answer = await me.post(f"/inbox/{task}/reject", data={"version": "0", "note": "typed <b>"})
    assert answer.status_code == 422
    assert "A rejection needs a reason" in answer.text
    assert "typed &lt;b&gt;</textarea>" in answer.text
    assert state(sales.store, task).state == "open"


async def test_who_comes_second_is_told_and_keeps_the_note(
    app: FastAPI, me: Client, sales: Sales, dana: str
) -> None:
    task = sales.task(sales.lead(), dana)
    async with signed_in(app, sales, MATE) as mate:
        await mate.post(f"/inbox/{task}/accept", data={"version": "0"})
    answer = await me.post(
        f"/inbox/{task}/reject", data={"version": "0", "reason": "no-fit", "note": "my words"}
    )
    assert answer.status_code == 409
    assert "Eli Novak has" in answer.text
    assert "my words" in answer.text
    assert state(sales.store, task).state == "accepted"


async def test_other_teams_tasks_are_no_pages_at_all(
    me: Client, stranger: Client, sales: Sales, dana: str
) -> None:
    task = sales.task(sales.lead(), dana)
    nothing = (await me.get("/inbox/0190b0a0-0000-7000-8000-000000000000")).text
    for client, one in ((stranger, task), (me, "no-uuid"), (me, "0190b0a0-0000-7000-8000-000000000000")):
        page = await client.get(f"/inbox/{one}")
        assert page.status_code == 404
        for word in ("accept", "qualify", "reject", "notes", "erase"):
            answer = await client.post(
                f"/inbox/{one}/{word}", data={"version": "0", "reason": "no-fit", "text": "x"}
            )
            assert answer.status_code == 404
    theirs = (await stranger.get(f"/inbox/{task}")).text
    assert theirs.replace("Kim Lund", "Dana Reyes") == nothing
    assert state(sales.store, task).version == 0
    assert (await me.post(f"/inbox/{task}/erase", data={})).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HOME},
        {"Sec-Fetch-Site": "same-site", "Origin": HOME},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
async def test_forms_of_other_sites_are_refused(
    me: Client, sales: Sales, dana: str, headers: dict[str, str]
) -> None:
    task = sales.task(sales.lead(), dana)
    for name in OURS:
        del me.headers[name]
    for path in (f"/inbox/{task}/accept", f"/inbox/{task}/notes", "/signout", f"/signin/{sales.link(ME)}"):
        assert (await me.post(path, data={"version": "0", "text": "x"}, headers=headers)).status_code == 403
    assert state(sales.store, task).version == 0


async def test_an_older_browser_names_its_origin_only(me: Client, sales: Sales, dana: str) -> None:
    task = sales.task(sales.lead(), dana)
    del me.headers["Sec-Fetch-Site"]
    assert (await me.post(f"/inbox/{task}/accept", data={"version": "0"})).status_code == 303


async def test_notes_are_read_by_the_team(me: Client, app: FastAPI, sales: Sales, dana: str) -> None:
    task = sales.task(sales.lead(), dana)
    await me.post(f"/inbox/{task}/notes", data={"text": "Called <twice>"})
    async with signed_in(app, sales, MATE) as mate:
        assert "Dana Reyes:</strong> Called &lt;twice&gt;" in (await mate.get(f"/inbox/{task}")).text


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7*7 }}",
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
)


async def test_what_leads_and_systems_say_stays_text(me: Client, sales: Sales, dana: str) -> None:
    for number, text in enumerate(HOSTILE):
        lead = sales.lead(
            first=text, last=text, company=f"c{number}", phone=text[:50], fields={"industry": text}
        )
        sales.rows.event(lead, verdict="human", data={"path": text, "form": text}, type="form.submitted")
        context = {"why": text, "campaign": text, "score": 1}
        task = sales.task(lead, dana, context=context)
        for path in ("/inbox", f"/inbox/{task}"):
            page = (await me.get(path)).text
            assert "alert(1)>" not in page.replace("alert(1)&gt;", "")
            assert "<svg" not in page
            assert "<script>" not in page
            assert ">49<" not in page
            assert 'href="javascript:' not in page


async def test_an_erased_lead_leaves_a_readable_task(me: Client, sales: Sales, dana: str) -> None:
    lead = sales.lead(
        email=None, first_name=None, last_name=None, phone=None, fields={}, erased_at=sales.rows.now
    )
    task = sales.task(lead, dana, context={})
    assert "Somebody who was erased" in (await me.get(f"/inbox/{task}")).text
    assert "Somebody who was erased" in (await me.get("/inbox")).text
