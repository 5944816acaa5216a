"""Parts of the engine that need no Temporal, each in a process that may be ordered to end itself: the door of
webhooks, their reading, both directions of a CRM, and an answer of sales."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import select

from nurture.clock import RealClock
from nurture.crm.registry import connector, crm_hook, listens
from nurture.delivery.providers.postmark import PostmarkHook
from nurture.http import Http
from nurture.relay.crm import CrmRound
from nurture.relay.crm_pull import CrmPullRound
from nurture.relay.hooks import HooksRound
from nurture.services import crm_outbox, hooks
from nurture.services.answer import Answer, answer
from nurture.services.crm_opening import shared_of
from nurture.services.crm_outbox import any_open
from nurture.services.desk import Desk
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import handoffs
from nurture.web.app import create_app
from tests.chaos.orders import Orders
from tests.contracts.crms import FAKES
from tests.rows import HOME

KEY = "hooks:secret-word"
SECRET = "a secret that is long"
AT_ONCE = 4
"""Events of a webhook that are booked in one transaction; so few that a small one has several parts."""


async def door(orders: Orders, store: Store, desk: Desk) -> None:
    """A provider posts what it has to tell."""
    settings = Settings(
        data_dir=Path(orders.data_dir),
        secret=SECRET,
        base_url=HOME,
        delivery="send",
        mail_url="postmark://token@default",
        mail_webhook_key=KEY,
        sender_address="news@ours.example",
    )
    app = create_app(settings, store, desk.clock)
    app.state.site.desk.reached = desk.reached
    user, word = KEY.split(":")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as client:
        for body in json.loads((Path(orders.data_dir) / "told.json").read_text()):
            given = await client.post("/hooks/postmark", json=body, auth=(user, word))
            assert given.status_code == 200, given.text


async def reading(orders: Orders, store: Store, desk: Desk) -> None:
    work = HooksRound(store, desk, PostmarkHook([KEY]), Http())
    while await work.round():
        pass
    await work.close()


async def telling(orders: Orders, store: Store, desk: Desk) -> None:
    settings = _crm(orders)
    crm = connector(settings, shared_of(settings, store, desk))
    assert crm
    work = CrmRound(store, desk, crm)
    while await store.read(any_open):
        await work.round()
    await crm.close()


async def hearing(orders: Orders, store: Store, desk: Desk) -> None:
    settings = _crm(orders)
    crm = connector(settings, shared_of(settings, store, desk))
    heard = listens(crm)
    assert crm
    assert heard
    work = CrmPullRound(store, desk, heard, crm_hook(settings), settles=timedelta())
    while await work.round():
        pass
    await crm.close()


async def answering(orders: Orders, store: Store, desk: Desk) -> None:
    """Somebody of sales accepts whatever is open."""
    for task in await store.read(lambda conn: conn.execute(select(handoffs).filter_by(state="open")).all()):
        await store.write(answer, desk, task.id, task.version, Answer("accepted", task.owner))


PARTS: Mapping[str, Callable[[Orders, Store, Desk], Awaitable[None]]] = {
    "door": door,
    "reading": reading,
    "telling": telling,
    "hearing": hearing,
    "answering": answering,
}


async def do_part(orders: Orders, reached: Callable[[str], None]) -> None:
    hooks.AT_ONCE, crm_outbox.LEASE = AT_ONCE, 1
    store = Store(orders.database)
    desk = Desk(RealClock(), (SECRET,), HOME, "default", crm=True, reached=reached)
    await PARTS[orders.part](orders, store, desk)
    store.close()


def _crm(orders: Orders) -> Settings:
    return FAKES[orders.crm]().settings(orders.crm_url)
