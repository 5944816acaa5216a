"""One database with a published campaign, one namespace, and one worker after another on them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, or_, select
from temporalio.client import Client

from nurture.clock import RealClock
from nurture.delivery.catcher import Catcher, CaughtSummary
from nurture.services.adopt import adopt
from nurture.services.audit import Audit, audit
from nurture.services.publish import publish_policy
from nurture.store.session import Store
from nurture.store.tables import journeys, outbox, sends
from tests.chaos.checker import OPEN, Account, account, books
from tests.chaos.clock import QuickClock
from tests.chaos.orders import Orders
from tests.fixtures.content import BASE_URL, SALES, House, make_house

SPEED = 60.0
"""A minute of the campaigns is a second."""


@dataclass
class Scene:
    store: Store
    house: House
    client: Client
    catcher: Catcher
    orders: Orders
    clock: QuickClock

    def account(self, steps: Sequence[str], caught: Sequence[CaughtSummary] | None = None) -> Account:
        mails = self.catcher.mails if caught is None else caught
        return account(self.store.read_sync(books), mails, steps)

    async def audit(self) -> Audit:
        return await audit(self.store, self.clock, self.client)

    async def until(self, is_so: Callable[[Connection], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not await self.store.read(is_so):
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.2)
        return True


def make_scene(
    url: str, client: Client, catcher: Catcher, folder: Path, sales: Mapping[str, Any] | None = None
) -> Scene:
    store = Store(url)
    house = make_house(store)
    store.write_sync(adopt, BASE_URL, client.namespace)
    house.desk.namespace = client.namespace
    began = house.do(RealClock().now)
    clock = house.desk.clock = QuickClock(began, SPEED)
    if sales:
        house.do(publish_policy, clock, "sales", {**SALES, **sales})
    orders = Orders(
        database=url,
        temporal=client.service_client.config.target_host,
        smtp_port=catcher.port,
        data_dir=str(folder),
        namespace=client.namespace,
        speed=SPEED,
        began=began.isoformat(),
    )
    return Scene(store, house, client, catcher, orders, clock)


def all_done(conn: Connection) -> bool:
    """Every journey has ended, or asks for somebody, and nothing else is under way."""
    asking = select(journeys.c.id).where(journeys.c.attention.is_not(None))
    waiting = [
        select(journeys.c.id).where(journeys.c.state == "open", journeys.c.attention.is_(None)),
        select(outbox.c.id).where(outbox.c.state == "open"),
        select(sends.c.id).where(
            sends.c.state.in_(OPEN), or_(sends.c.journey_id.is_(None), sends.c.journey_id.not_in(asking))
        ),
    ]
    return not any(conn.execute(query.limit(1)).first() for query in waiting)
