from __future__ import annotations

import httpx
from sqlalchemy import update

from nurture.store.tables import handoffs
from tests.web.sales import MATE, ME, STRANGER, Sales

Client = httpx.AsyncClient


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


async def test_filters_leave_out_the_others(me: Client, sales: Sales, dana: str) -> None:
    sales.task(sales.lead("Ana"), dana, due=sales.due(hours=-2))
    sales.task(sales.lead("Bea"), dana, due=sales.due(hours=5), touched_at=sales.due())
    sales.task(sales.lead("Cid"), dana, due=sales.due(days=3), kind="call")
    for only, names in (
        ("late", "Ana"),
        ("soon", "Bea"),
        ("new", "Ana Cid"),
        ("tasks", "Cid"),
        ("handoffs", "Ana Bea"),
        ("what", "Ana Bea Cid"),
    ):
        shown = (await me.get("/inbox", params={"only": only, "q": "lindqvist"})).text
        assert [name for name in ("Ana", "Bea", "Cid") if f"{name} Lindqvist" in shown] == names.split(), only


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


async def test_going_away_and_coming_back(me: Client, sales: Sales) -> None:
    sales.task(sales.lead(), sales.user(ME))
    assert "Give them my open tasks too (1)" in (await me.get("/away")).text
    wrong = await me.post("/away", data={"back": "2001-01-01"})
    assert (wrong.status_code, "is over" in wrong.text) == (422, True)
    given = {"back": "2999-05-04", "substitute": sales.user(MATE), "give": "yes"}
    assert (await me.post("/away", data=given)).status_code == 303
    shown = (await me.get("/away")).text
    assert "You are away" in shown
    assert "Eli Novak stands in" in shown
    assert "Nothing is waiting for you" in (await me.get("/inbox")).text
    await me.post("/away/back")
    assert "Going away" in (await me.get("/away")).text
