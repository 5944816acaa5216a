"""What is done beside the answer: finding, giving to a colleague, calls, deals, and answers from a mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select

from nurture.delivery.links import Links
from nurture.store.session import Store
from nurture.store.tables import events, handoffs, timeline
from tests.web.conftest import OURS
from tests.web.sales import MATE, Sales

Client = httpx.AsyncClient


def state(store: Store, task: str) -> Any:
    return store.read_sync(lambda conn: conn.execute(select(handoffs).where(handoffs.c.id == task)).one())


async def test_tasks_are_found_and_those_of_nobody_shown(me: Client, sales: Sales, dana: str) -> None:
    sales.task(sales.lead("Nora", company="Brightforge"), dana)
    sales.task(sales.lead("Otto", company="Kranbau"), dana)
    sales.task(sales.lead("Pia"), None, clock=0)
    page = (await me.get("/inbox", params={"q": "kranb otto"})).text
    assert "Otto" in page
    assert "Nora" not in page
    assert "Nothing is found" in (await me.get("/inbox", params={"q": "100%_nobody"})).text
    queue = (await me.get("/inbox?show=queue")).text
    assert "Pia" in queue
    assert "In the queue" in queue
    assert "Otto" not in queue


async def test_a_task_is_given_to_a_colleague_once(me: Client, sales: Sales, dana: str) -> None:
    task, eli = sales.task(sales.lead(), dana), sales.user(MATE)
    page = (await me.get(f"/inbox/{task}")).text
    assert f'<option value="{eli}"' in page
    for status in (303, 409):
        form = {"version": "0", "to": eli}
        assert (await me.post(f"/inbox/{task}/give", data=form, headers=OURS)).status_code == status
    assert (state(sales.store, task).owner, state(sales.store, task).version) == (eli, 1)
    wrong = await me.post(f"/inbox/{task}/give", data={"version": "1", "to": eli}, headers=OURS)
    assert wrong.status_code == 422


async def test_a_call_is_the_first_act_and_goes_into_a_calendar(me: Client, sales: Sales, dana: str) -> None:
    task = sales.task(sales.lead(), dana, due=sales.due(hours=2))
    assert (
        await me.post(f"/inbox/{task}/called", data={"text": "Nobody there"}, headers=OURS)
    ).status_code == 303
    found = state(sales.store, task)
    assert (found.sla, found.touched_by, found.state) == ("met", dana, "open")
    kinds = sales.store.read_sync(lambda conn: conn.scalars(select(events.c.type)).all())
    assert "call.logged" in kinds
    note = sales.store.read_sync(lambda conn: conn.scalar(select(timeline.c.reason)))
    assert note == "Called. Nobody there"
    ics = await me.get(f"/inbox/{task}/calendar.ics")
    assert ics.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Call Nora Lindqvist · Brightforge\r\n" in ics.text


async def test_given_back_until_a_day_and_a_deal(me: Client, sales: Sales, dana: str) -> None:
    task = sales.task(sales.lead(), dana)
    nothing = await me.post(f"/inbox/{task}/return", data={"version": "0", "until": "soon"}, headers=OURS)
    assert nothing.status_code == 422
    day = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    await me.post(f"/inbox/{task}/return", data={"version": "0", "until": day}, headers=OURS)
    assert (state(sales.store, task).state, str(state(sales.store, task).back_at.date())) == ("returned", day)
    won = sales.task(sales.lead("Otto"), dana, state="accepted", answered_at=sales.rows.now)
    for amount in ("much", "12.0005", "-4", "1e3"):
        wrong = await me.post(f"/inbox/{won}/deal", data={"version": "0", "amount": amount}, headers=OURS)
        assert wrong.status_code == 422
    for version in ("\u00b2", "9" * 23, "-1"):
        late = await me.post(f"/inbox/{won}/deal", data={"version": version, "amount": "4"}, headers=OURS)
        assert late.status_code == 409
    form = {"version": "0", "amount": "12.000,50", "currency": "eur", "deal": "won"}
    assert (await me.post(f"/inbox/{won}/deal", data=form, headers=OURS)).status_code == 303
    found = state(sales.store, won)
    assert (found.deal, found.amount, found.currency) == ("won", 12000.5, "EUR")
    assert "12,000 EUR" in (await me.get(f"/inbox/{won}")).text


def token(links: Links, task: str, user: str, **more: int) -> str:
    until = int(datetime.now(UTC).timestamp()) + more.get("lasts", 3600)
    return links.task(task, user, until).removeprefix(links.base_url)


async def test_a_mail_answers_in_two_steps(client: Client, sales: Sales, links: Links, dana: str) -> None:
    task = sales.task(sales.lead(), dana)
    link = token(links, task, dana)
    shown = await client.get(link)
    assert (shown.status_code, state(sales.store, task).state) == (200, "open")
    assert "Nora" not in shown.text
    wrong = await client.post(link, data={"version": "0", "answer": "reject", "reason": "made-up"})
    assert wrong.status_code == 422
    for answer in ("nonsense", ""):
        assert (await client.post(link, data={"version": "0", "answer": answer})).status_code == 422
    assert (await client.post(link, data={"version": "\u00b2", "answer": "accept"})).status_code == 409
    assert state(sales.store, task).state == "open"
    done = await client.post(link, data={"version": "0", "answer": "reject", "reason": "no-budget"})
    assert done.status_code == 200
    found = state(sales.store, task)
    assert (found.state, found.reason, found.answered_by) == ("rejected", "no-budget", dana)
    assert "Saved" in done.text
    again = await client.post(link, data={"version": "1", "answer": "accept"})
    assert again.status_code == 409


async def test_a_link_of_a_mail_is_for_its_owner_and_a_week(
    client: Client, sales: Sales, links: Links, dana: str
) -> None:
    task, eli = sales.task(sales.lead(), dana), sales.user(MATE)
    for link in (token(links, task, eli), token(links, task, dana, lasts=-5), token(links, task, dana) + "x"):
        for answer in (
            await client.get(link),
            await client.post(link, data={"version": "0", "answer": "accept"}),
        ):
            assert answer.status_code == 410
    assert state(sales.store, task).state == "open"
