from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import select, update

from nurture.clock import RealClock
from nurture.services.desk import Desk
from nurture.services.publish import publish_policy
from nurture.store.tables import (
    events,
    journeys,
    leads,
    message_versions,
    policies,
    policy_versions,
    timeline,
)
from tests.fixtures.content import DICTIONARY, House, text
from tests.rows import HOME
from tests.web.sales import MATE, Sales

Client = httpx.AsyncClient


def lead_row(sales: Sales, lead: str) -> Any:
    return sales.store.read_sync(lambda conn: conn.execute(select(leads).where(leads.c.id == lead)).one())


async def test_a_lead_has_a_page_for_the_team_that_has_them(
    me: Client, stranger: Client, sales: Sales, dana: str
) -> None:
    lead = sales.lead()
    assert (await me.get(f"/leads/{lead}")).status_code == 404  # nobody of the team has to do with them
    task = sales.task(lead, dana)
    shown = (await me.get(f"/leads/{lead}")).text
    assert "Nora Lindqvist" in shown
    assert f"/inbox/{task}" in shown
    assert (await stranger.get(f"/leads/{lead}")).status_code == 404
    assert (await stranger.post(f"/leads/{lead}/log", data={"kind": "call"})).status_code == 404


async def test_a_mail_is_shown_as_they_got_it(me: Client, stranger: Client, sales: Sales, dana: str) -> None:
    lead = sales.lead()
    document = {"campaign": "letters", "steps": [{"send": "guide"}]}
    house = House(sales.store, Desk(RealClock(), ("s",), HOME, "default"))
    house.do(publish_policy, house.desk.clock, "dictionary", DICTIONARY)
    version = house.publish(
        document, {"guide": text("guide", "Hello {{ lead.first_name }}, a <b>guide</b>.")}
    )
    journey = sales.rows.journey(lead, campaign="letters", version=version)
    of_text = house.do(lambda conn: conn.scalar(select(message_versions.c.hash)))
    send = sales.rows.send(lead, journey, campaign="letters", text_hash=of_text)
    task = sales.task(lead, dana, journey=journey, context={"why": "Prices", "say": "Ask for the plant"})
    shown = (await me.get(f"/inbox/{task}")).text
    assert f"/leads/{lead}/mails/{send}" in shown
    assert "Ask for the plant" in shown
    assert "Not known yet: budget, authority, need, timing." in shown
    assert "About guide" in (await me.get(f"/leads/{lead}/mails/{send}")).text
    framed = await me.get(f"/leads/{lead}/mails/{send}/html")
    assert "Hello Nora" in framed.text
    assert "script-src" in framed.headers["content-security-policy"] or "default-src" in str(framed.headers)
    assert (await stranger.get(f"/leads/{lead}/mails/{send}")).status_code == 404
    other = sales.lead("Ida")
    sales.task(other, dana)
    assert (await me.get(f"/leads/{other}/mails/{send}")).status_code == 404


async def test_contacts_and_hands_off_from_a_task(me: Client, sales: Sales, dana: str) -> None:
    lead = sales.lead()
    task = sales.task(lead, sales.user(MATE))
    there = {"task": task}
    done = await me.post(f"/leads/{lead}/log", data={**there, "kind": "visit", "text": "Saw the plant"})
    assert done.headers["location"] == f"/inbox/{task}#story"
    kinds = sales.store.read_sync(lambda conn: conn.scalars(select(events.c.type)).all())
    assert list(kinds) == ["visit.logged"]
    assert "Visited. Saw the plant" in (await me.get(f"/inbox/{task}")).text
    wrong = await me.post(f"/leads/{lead}/hands-off", data={**there, "until": "2001-01-01"})
    assert (wrong.status_code, "day is over" in wrong.text) == (422, True)
    theirs = sales.task(sales.lead("Ida", "Secret"), team="partners")
    wrong = await me.post(f"/leads/{lead}/hands-off", data={"task": theirs, "until": "2001-01-01"})
    assert (wrong.status_code, "Secret" in wrong.text, "Lindqvist" in wrong.text) == (422, False, True)
    await me.post(f"/leads/{lead}/hands-off", data={"until": "2999-01-01"})
    assert lead_row(sales, lead).rests_until.year == 2999
    assert "Hands off until" in (await me.get(f"/leads/{lead}")).text
    await me.post(f"/leads/{lead}/hands-off", data={**there, "until": ""})
    assert lead_row(sales, lead).rests_until is None
    refused = await me.post(f"/leads/{lead}/start", data={**there, "campaign": "x", "nonce": "1"})
    assert "not for sales to start" in refused.text
    lines = sales.store.read_sync(lambda conn: conn.scalars(select(timeline.c.kind)).all())
    assert set(lines) == {"note"}


async def test_it_says_when_what_sales_began_goes_out(me: Client, sales: Sales) -> None:
    lead = sales.lead()
    sales.task(lead, sales.user("dana@sales.example"))
    document = {"campaign": "hello", "title": "A short hello", "steps": [{"send": "hello"}, {"end": "over"}]}
    sales.rows.campaign("hello", hash="7" * 64, document=document, live="7" * 64)
    given = {"campaign": "hello", "version": "7" * 64, "cause": "sales/me/1", "effect": "send_message"}
    digest = "sales-too".ljust(64, "0")
    policy = {"teams": {}, "reasons": {}, "may_start": ["hello"]}
    sales.rows.put(policy_versions, hash=digest, kind="sales", document=policy, published_at=sales.rows.now)
    sales.store.write_sync(lambda conn: conn.execute(update(policies).where(SALES).values(live=digest)))
    sales.rows.journey(lead, **given, due=sales.due(hours=30))
    page = (await me.get(f"/leads/{lead}")).text
    assert "A short hello: goes out " in page
    held = {"hold": "reply", "due": sales.due(hours=1)}
    sales.store.write_sync(lambda conn: conn.execute(update(journeys).values(held)))
    assert "A short hello: waits (Reply), next look " in (await me.get(f"/leads/{lead}")).text
    sales.store.write_sync(lambda conn: conn.execute(update(journeys).values(state="ended")))
    assert "A short hello: " not in (await me.get(f"/leads/{lead}")).text


SALES = policies.c.kind == "sales"
