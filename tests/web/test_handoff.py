from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from nurture.store.session import Store
from nurture.store.tables import handoffs, outbox
from tests.rows import HOME
from tests.web.conftest import OURS, signed_in
from tests.web.sales import MATE, ME, Sales

Client = httpx.AsyncClient


def state(store: Store, task: str) -> Any:
    return store.read_sync(lambda conn: conn.execute(select(handoffs).where(handoffs.c.id == task)).one())


async def test_the_page_says_why_now(me: Client, sales: Sales, dana: str) -> None:
    lead = sales.lead()
    journey = sales.rows.journey(lead)
    sales.history(lead, journey)
    sales.rows.event(lead, type="email.clicked", verdict="machine", data={"path": "/a-scanner"})
    sales.rows.event(lead, type="email.replied", verdict="human", data={"found_by": "address"})
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
        "known by the address alone",
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


@pytest.mark.parametrize(("word", "after"), [("done", "done"), ("skip", "skipped")])
async def test_a_task_is_done_or_skipped_by_form(
    me: Client, sales: Sales, dana: str, word: str, after: str
) -> None:
    context = {"why": "Ask about the guide", "campaign": "Calls", "task": "call-her", "score": 3}
    task = sales.task(sales.lead(), dana, kind="call", step="call-her", context=context)
    page = (await me.get(f"/inbox/{task}")).text
    for words in ("What to do", "Ask about the guide", "Call her", "Done", "Skip"):
        assert words in page
    assert "Qualify" not in page
    assert "Call: Call her" in (await me.get("/inbox")).text
    assert (await me.post(f"/inbox/{task}/accept", data={"version": "0"})).status_code == 422
    answer = await me.post(f"/inbox/{task}/{word}", data={"version": "0", "note": "A good talk"})
    assert answer.status_code == 303
    found = state(sales.store, task)
    assert (found.state, found.note, found.answered_by) == (after, "A good talk", dana)
    assert "A good talk" in (await me.get(answer.headers["location"])).text
    late = await me.post(f"/inbox/{task}/done", data={"version": "0", "note": "Mine"})
    assert late.status_code == 409
    assert "Mine" in late.text
