"""The same recipients against the real routes, over real HTTP, judged by the relay's own look; and a storm of
scanners over the addresses that unsubscribe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median

import httpx
from sqlalchemy import Connection, func, select

from nurture.clock import SteppedClock, step
from nurture.delivery.links import Links
from nurture.embedded.ports import listen
from nurture.embedded.webserver import serve
from nurture.services.look import look
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import events, provider_events, suppressions
from nurture.web.app import create_app
from tests.amount import examples
from tests.fixtures.content import MONDAY, SECRET, House, make_house
from tests.machines.kinds import drawn
from tests.machines.mails import HONEYPOT, Asked, address, browser
from tests.machines.measuring import verdicts
from tests.rows import Rows

SEED = 201
MAILS = examples(20, 300)
LEADS = examples(10, 1000)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
LATER = timedelta(days=200)


@asynccontextmanager
async def served(house: House, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Behind a proxy on this machine, which says in a header whose request it is."""
    bound = listen("The web app", "127.0.0.1", 0, "--port")
    home = f"http://127.0.0.1:{bound.getsockname()[1]}"
    settings = Settings(data_dir=folder, secret=SECRET, base_url=home)
    stop, ready = asyncio.Event(), asyncio.Event()
    web = asyncio.create_task(serve(create_app(settings, house.store, SteppedClock()), bound, stop, ready))
    await ready.wait()
    try:
        async with httpx.AsyncClient(base_url=home, follow_redirects=False) as client:
            yield client
    finally:
        stop.set()
        await web


def headers(one: Asked) -> dict[str, str]:
    language = {"Accept-Language": "en"} if one.speaks else {}
    return {"User-Agent": one.agent, "X-Forwarded-For": one.ip, **language}


async def test_the_routes_and_the_look_say_what_the_rules_say(sqlite_store: Store, tmp_path: Path) -> None:
    house = make_house(sqlite_store, stepped=MONDAY)
    mails = {house.lead(): mail for mail in islice(drawn(SEED, MAILS), MAILS)}
    rows, ids = Rows(house.store), dict[str, str]()
    for lead, mail in mails.items():
        pages = [f"https://ours.example/{number}" for number in range(mail.links)]
        ids[lead] = rows.send(lead, links=pages, sent_at=MONDAY + timedelta(hours=1))
    async with served(house, tmp_path) as client:
        links = Links(str(client.base_url), [SECRET])
        for lead, one in sorted(
            ((lead, one) for lead, mail in mails.items() for one in mail.asked), key=lambda pair: pair[1].at
        ):
            house.do(step, MONDAY + timedelta(hours=1, seconds=one.at))
            answer = await client.request(one.method, _url(links, ids[lead], one), headers=headers(one))
            assert answer.status_code in (200, 302)
    house.do(step, MONDAY + LATER)
    for lead, mail in mails.items():
        if mail.told:
            _delivered(rows, lead, ids[lead], MONDAY + timedelta(hours=1, seconds=mail.arrives))
        house.do(look, house.desk, lead)
        assert judged(house, ids[lead]) == [str(one) for one in verdicts(mail, mail.asked)], (SEED, mail)
    print(f"seed {SEED}: {len(mails)} mails, {sum(len(mail.asked) for mail in mails.values())} requests")


async def test_no_scanner_unsubscribes_anybody(sqlite_store: Store, tmp_path: Path) -> None:
    house, dice = make_house(sqlite_store, stepped=MONDAY), Random(SEED)
    leads = [house.lead() for _ in range(LEADS)]
    async with served(house, tmp_path) as client:
        links = Links(str(client.base_url), [SECRET])
        for lead in leads:
            for method in ("HEAD", "GET", "GET"):
                asked = {"User-Agent": browser(dice), "X-Forwarded-For": address(dice)}
                answer = await client.request(method, links.unsubscribe(lead, "any"), headers=asked)
                assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
        assert unsubscribed(house) == (0, 0), "by a GET or a HEAD"
        took: list[float] = []
        for lead in leads:
            for _ in range(2):
                answer = await client.post(links.unsubscribe(lead, "any"), data=ONE_CLICK)
                assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
                took.append(answer.elapsed.total_seconds())
        assert unsubscribed(house) == (LEADS, LEADS)
    assert median(took) <= 0.3
    print(
        f"seed {SEED}: {LEADS} leads, {LEADS * 3} GET and HEAD: 0 unsubscribed;",
        f"POST {median(took) * 1000:.0f} ms, the slowest {max(took) * 1000:.0f} ms",
    )


def unsubscribed(house: House) -> tuple[int, int]:
    def read(conn: Connection) -> tuple[int, int]:
        left = select(func.count()).select_from(events).where(events.c.type == "email.unsubscribed")
        return conn.scalar(select(func.count()).select_from(suppressions)) or 0, conn.scalar(left) or 0

    return house.store.read_sync(read)


def judged(house: House, send: str) -> list[str | None]:
    query = (
        select(events.c.verdict).where(events.c.send_id == send).order_by(events.c.occurred_at, events.c.id)
    )
    return house.store.read_sync(lambda conn: list(conn.scalars(query)))


def _url(links: Links, send: str, one: Asked) -> str:
    if one.link is None:
        return links.open_pixel(send)
    return links.honeypot(send) if one.link == HONEYPOT else links.click(send, one.link)


def _delivered(rows: Rows, lead: str, send: str, at: datetime) -> None:
    told = {
        "provider": "smtp",
        "key": f"delivered/{send}",
        "told": "delivered",
        "send_id": send,
        "lead_id": lead,
    }
    rows.put(provider_events, **told, occurred_at=at, received_at=at)
