"""A lead, a rep and a CRM that is really there, in both directions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from nurture.clock import RealClock
from nurture.crm.connector import Connector
from nurture.crm.registry import connector, crm_hook, listens, tells
from nurture.crm.remote import Whom
from nurture.relay.crm_pull import CrmPullRound
from nurture.relay.crm_told import CrmToldRound
from nurture.services.crm import push_due, queue
from nurture.services.crm_meter import Limits, TableMeter
from nurture.services.crm_opening import shared_of
from nurture.services.desk import Desk
from nurture.settings import Settings
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import (
    crm_links,
    crm_parked,
    handoffs,
    leads,
    outbox,
    policies,
    policy_versions,
    rates,
)
from tests.contracts.crms import POLICY, Bench
from tests.rows import HOME, Rows

ADA, NOAH = "ada.brandt@sales.example", "noah.okafor@sales.example"
A_SECOND, A_DAY = 10_000.0, 1e6
"""Calls: a test waits for no bucket."""
FIELDS = {"lead.industry": "text", "lead.employees": "number"}


@dataclass
class World:
    store: Store
    desk: Desk
    crm: Connector
    pulling: CrmPullRound | CrmToldRound
    rows: Rows
    users: Mapping[str, str]
    name: str

    def lead(self, email: str, **given: Any) -> str:
        return self.rows.lead(email=email, **given)

    def task(self, lead: str, owner: str | None = ADA) -> str:
        """A handoff that is open, and told to the CRM."""
        journey = self.rows.journey(lead)
        of = self.users[owner] if owner else None
        task = self.rows.handoff(lead, journey, owner=of, context={"why": "Asked for prices", "score": 70})
        self.tell(lead, "handoff", f"{task}/opened", handoff=task)
        return task

    def tell(self, lead: str, what: Any, key: str, **values: Any) -> None:
        self.store.write_sync(queue, self.desk.clock, lead, what, values, key)

    settles: timedelta = timedelta(0)
    url: str = ""

    async def push(self) -> int:
        done = 0
        while more := await push_due(self.store, self.desk, self.crm, self.settles):
            done += more
        return done

    async def pull(self, *remote: str) -> None:
        """What the CRM's own list of changes would name, or these."""
        if isinstance(self.pulling, CrmToldRound):
            self.pulling._next = 0.0
            while await self.pulling.round():
                pass
            return
        await self.pulling.look([Whom(remote_id=one) for one in remote])

    async def settled(self) -> None:
        """Both directions until nothing is left."""
        for _ in range(4):
            await self.pull(*self.remote_ids())
            if not await self.push():
                return

    def remote_ids(self) -> list[str]:
        query = select(crm_links.c.remote_id).where(crm_links.c.remote_id.is_not(None))
        return self.store.read_sync(lambda conn: [str(one) for one in conn.scalars(query)])

    def handoff(self, task: str) -> Any:
        query = select(handoffs).where(handoffs.c.id == task)
        return self.store.read_sync(lambda conn: conn.execute(query).one())

    def row(self, lead: str) -> Any:
        return self.store.read_sync(lambda conn: conn.execute(select(leads).where(leads.c.id == lead)).one())

    def link(self, lead: str) -> Any:
        query = select(crm_links).where(crm_links.c.lead_id == lead)
        return self.store.read_sync(lambda conn: conn.execute(query).one())

    def parked(self) -> list[str]:
        query = select(crm_parked.c.what).where(crm_parked.c.state == "open").order_by(crm_parked.c.what)
        return self.store.read_sync(lambda conn: [str(one) for one in conn.scalars(query)])

    def wakes(self) -> int:
        query = select(outbox.c.id).where(outbox.c.kind == "wake")
        return self.store.read_sync(lambda conn: len(conn.execute(query).all()))

    def errors(self) -> list[tuple[str, str]]:
        failed = outbox.c.kind == "crm", outbox.c.error.is_not(None)
        query = select(outbox.c.state, outbox.c.error).where(*failed)
        return self.store.read_sync(lambda conn: [(row.state, row.error) for row in conn.execute(query)])

    def passes(self, seconds: float) -> None:
        """So much of the database's time."""
        columns = (crm_links.c.pushed_at, outbox.c.not_before, outbox.c.lease_until, rates.c.at)

        def write(conn: Connection) -> None:
            for column in columns:
                (key,) = column.table.primary_key
                for row in conn.execute(select(key, column).where(column.is_not(None))).all():
                    earlier = row[1] - timedelta(seconds=seconds)
                    conn.execute(update(column.table).where(key == row[0]).values({column: earlier}))

        self.store.write_sync(write)

    def later(self) -> None:
        """As if the waits of the outbox and of the CRM were over."""

        def write(conn: Connection) -> None:
            conn.execute(update(outbox).where(outbox.c.not_before.is_not(None)).values(not_before=db_now(-1)))
            conn.execute(update(rates).values(at=db_now(-1)))

        self.store.write_sync(write)


def policy(rows: Rows, kind: str, document: Mapping[str, Any]) -> None:
    digest = kind.ljust(64, "0")
    rows.put(policy_versions, hash=digest, kind=kind, document=document, published_at=rows.now)
    rows.put(policies, kind=kind, live=digest)


@asynccontextmanager
async def world(
    store: Store, bench: Bench, name: str, settles: timedelta = timedelta(0), **given: Any
) -> AsyncIterator[World]:
    rows = Rows(store)
    rows.installed()
    rows.campaign()
    policy(rows, "crm", POLICY)
    policy(rows, "dictionary", {"fields": FIELDS})
    reasons = {"no-budget": "No budget", "no-fit": "No fit"}
    policy(rows, "sales", {"teams": {}, "reasons": reasons})
    users = {email: rows.user(email=email, team="inside-sales") for email in (ADA, NOAH)}
    desk = Desk(RealClock(), ("a secret that is long",), HOME, "default", crm=True)
    async with bench.served() as url:
        settings: Settings = bench.settings(url).model_copy(update=given)
        meter = TableMeter(store, name, Limits(A_SECOND, settings.crm_daily_calls or A_DAY))
        crm = connector(settings, replace(shared_of(settings, store, desk), meter=meter))
        assert crm is not None
        heard, telling = listens(crm), tells(crm)
        pulling: CrmPullRound | CrmToldRound
        if telling:
            pulling = CrmToldRound(store, desk, telling)
        else:
            assert heard is not None
            pulling = CrmPullRound(store, desk, heard, crm_hook(settings), settles=settles)
        try:
            yield World(store, desk, crm, pulling, rows, users, name, settles, url)
        finally:
            await crm.close()
