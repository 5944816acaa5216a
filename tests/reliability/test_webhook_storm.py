"""R8: what a provider tells of many mails, each ten times, shuffled, in batches, with forged and broken
bodies between, over HTTP and at a steady pace. The ledger in the end is what the set of events says, read
once. With NURTURE_TEST_FULL=1 two processes take them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx
from sqlalchemy import select

from nurture.clock import SteppedClock
from nurture.delivery.providers.postmark import PostmarkHook
from nurture.domain.mail_events import Told, state_of
from nurture.embedded.ports import listen
from nurture.embedded.webserver import serve
from nurture.http import Http
from nurture.relay.hooks import HooksRound
from nurture.services.suppress import suppressed
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import inbox, provider_events, sends
from nurture.web.app import create_app
from tests.amount import FULL, examples
from tests.chaos.orders import Orders
from tests.chaos.sales_day import Web
from tests.fixtures.content import MONDAY, SECRET, House, make_house
from tests.reliability.paced import Body, offered
from tests.services.test_feedback import a_send

SEED = 20261122
MAILS = examples(25, 2050)
SIZES = (1, 1, 1, 5, 50) if not FULL else (*[1] * 85, *[5] * 10, *[50] * 4, 500)
A_SECOND = 200
"""Bodies that are offered."""
TIMES = 10
ACCOUNT = "hooks:secret-word"
SIGNED = {"authorization": f"Basic {b64encode(ACCOUNT.encode()).decode()}"}
FORGED = {"authorization": "Basic aG9va3M6d3Jvbmc="}
TELLS: dict[str, tuple[dict[str, Any], tuple[Told, str]]] = {
    "delivery": (
        {"RecordType": "Delivery", "DeliveredAt": "2026-03-02T09:00:00Z"},
        (Told.DELIVERED, "delivered"),
    ),
    "gone": (
        {"RecordType": "Bounce", "Type": "HardBounce", "Details": "550 5.1.1 unknown", "ID": 7},
        (Told.BOUNCED, "no-such-mailbox"),
    ),
    "full": (
        {"RecordType": "Bounce", "Type": "SoftBounce", "Details": "552 5.2.2 full", "ID": 8},
        (Told.BOUNCED, "mailbox-full"),
    ),
    "spam": ({"RecordType": "SpamComplaint", "ID": 9}, (Told.COMPLAINED, "")),
    "open": ({"RecordType": "Open"}, (Told.OPENED, "")),
}


def bodies(sent: dict[str, list[str]], dice: Random) -> list[Body]:
    """Each event ten times, alone or in a batch; one in a hundred broken, one in a hundred forged."""
    events = [
        {
            **TELLS[what][0],
            "MessageID": send,
            "Email": f"{send}@people.example",
            "Metadata": {"nurture_send": send},
        }
        for send, told in sent.items()
        for what in told
        for _ in range(TIMES)
    ]
    dice.shuffle(events)
    found: list[Body] = []
    while events:
        size = min(dice.choice(SIZES), len(events))
        batch, events = events[:size], events[size:]
        found.append(Body(SIGNED, json.dumps(batch if size > 1 else batch[0]).encode()))
    for share, made in ((SIGNED, b'{"RecordType": "Bou'), (FORGED, found[0].content)):
        found += [Body(share, made + b" " * number) for number in range(1 + len(found) // 100)]
    dice.shuffle(found)
    return found


async def test_the_end_is_the_same_as_of_one_quiet_pass(sqlite_store: Store, tmp_path: Path) -> None:
    dice, house = Random(SEED), make_house(sqlite_store, stepped=MONDAY)
    sent = {
        a_send(house, house.lead(), recipient=f"{number}@people.example"): dice.sample(
            list(TELLS), dice.randint(1, 4)
        )
        for number in range(MAILS)
    }
    posted = bodies(sent, dice)
    async with (two_processes if FULL else one_here)(house, tmp_path) as bases:
        spent = _cpu(bases)
        answers = await offered(list(bases), "/hooks/postmark", posted, A_SECOND)
        spent = _cpu(bases) - spent
    read = HooksRound(house.store, house.desk, PostmarkHook([ACCOUNT]), Http())
    read._seen_to = float("inf")
    while await read.round():
        pass
    forged, statuses = sum(body.headers is FORGED for body in posted), answers.statuses
    print(f"seed {SEED}: {len(posted)} bodies of {MAILS} mails, {forged} forged, to {len(bases)} processes,"
          f" offered {A_SECOND} a second, answered {len(posted) / answers.took:.0f}; p50"
          f" {answers.within(0.5) * 1000:.0f} ms, p99 {answers.within(0.99) * 1000:.0f} ms, CPU"
          f" {spent / len(posted) * 1000:.2f} ms a body")  # fmt: skip
    assert (statuses.count(401), statuses.count(200)) == (forged, len(posted) - forged)
    known = house.do(lambda conn: {row.id: row for row in conn.execute(select(sends))})
    for number, (send, told) in enumerate(sent.items()):
        expected = state_of([TELLS[what][1] for what in told])
        assert (known[send].state, known[send].reason) == expected, told
        gone = {"gone", "spam"} & set(told)
        assert bool(house.do(suppressed, (SECRET,), f"{number}@people.example")) is bool(gone), told
    unique = sum(map(len, sent.values()))
    assert house.do(lambda conn: len(conn.execute(select(provider_events.c.id)).all())) == unique
    assert set(house.do(lambda conn: conn.scalars(select(inbox.c.state)).all())) == {"done", "odd"}


ACCOUNTED: dict[str, Any] = {
    "delivery": "send",
    "mail_url": "postmark://token@default",
    "mail_webhook_key": ACCOUNT,
    "sender_address": "news@ours.example",
}


@asynccontextmanager
async def one_here(house: House, folder: Path) -> AsyncIterator[dict[int, int]]:
    """Its port, and the process that listens there."""
    bound = listen("The web app", "127.0.0.1", 0, "--port")
    settings = Settings(data_dir=folder, secret=SECRET, **ACCOUNTED)
    stop, ready = asyncio.Event(), asyncio.Event()
    web = asyncio.create_task(serve(create_app(settings, house.store, SteppedClock()), bound, stop, ready))
    await ready.wait()
    yield {bound.getsockname()[1]: os.getpid()}
    stop.set()
    await web


@asynccontextmanager
async def two_processes(house: House, folder: Path) -> AsyncIterator[dict[int, int]]:
    url = house.store.url.render_as_string(hide_password=False)
    orders = Orders(url, "", 1025, str(folder), hook_key=ACCOUNT)
    webs = [Web(orders) for _ in range(2)]
    for web in webs:
        await web.start()
    async with httpx.AsyncClient() as client:
        for web in webs:
            await _answers(client, f"http://127.0.0.1:{web.port}")
    yield {web.port: web.pid for web in webs}
    for web in webs:
        await web.kill()


async def _answers(client: httpx.AsyncClient, base: str) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(httpx.HTTPError):
                await client.get(f"{base}/healthz")
                return
            await asyncio.sleep(0.1)


def _cpu(processes: Mapping[int, int]) -> float:
    """Seconds that they have spent."""
    spent = 0
    for pid in processes.values():
        with open(f"/proc/{pid}/stat") as told:  # noqa: PTH123 - a file of the kernel's
            spent += sum(map(int, told.read().rpartition(")")[2].split()[11:13]))
    return spent / os.sysconf("SC_CLK_TCK")
