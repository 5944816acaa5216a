"""Every open journey begins anew from its row: Temporal has lost its data, or is ahead of the rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, select

from nurture.client import Client
from nurture.client.clearing import completed_journeys, forget, terminate
from nurture.client.running import running_journeys
from nurture.contract import workflow_id
from nurture.services.listed import Listed
from nurture.services.wakes import PAGE, Spread, queue
from nurture.store.session import Store
from nurture.store.tables import journeys

BATCH = 1000


@dataclass(frozen=True)
class Cleared:
    terminated: int = 0
    forgotten: int = 0


def start_page(conn: Connection, after: str | None, spread: Spread) -> tuple[str | None, int]:
    """Queues a page of open journeys: the last id, None at the end; how many. Running ones are woken."""
    query = select(journeys.c.id).where(journeys.c.state == "open").order_by(journeys.c.id).limit(PAGE)
    found = list(conn.scalars(query.where(journeys.c.id > after) if after else query))
    return (found[-1] if len(found) == PAGE else None), queue(conn, found, spread, kind="start")


def start_all(store: Store, rate: float) -> int:
    """How many; each page is its own transaction, and doing it twice does no harm."""
    after, done = None, 0
    while True:
        after, count = store.write_sync(start_page, after, Spread(rate, done))
        done += count
        if after is None:
            return done


async def clear(store: Store, client: Client, *, fresh: bool) -> Cleared:
    """Ended runs of journeys that are open here are forgotten; ``fresh``: all running ones end."""
    terminated = 0
    if fresh:
        async for batch in _batches(running_journeys(client)):
            terminated += await terminate(client, batch)
    with closing(Listed()) as listed:
        async for batch in _batches(completed_journeys(client)):
            listed.add(batch)
        met = await store.read(_open_among, listed)
    return Cleared(terminated, await forget(client, met))


def _open_among(conn: Connection, listed: Listed) -> Sequence[str]:
    """Of the listed workflows, those whose journey is open here."""
    query = (
        select(journeys.c.id, journeys.c.campaign, journeys.c.lead_id, journeys.c.entry)
        .where(journeys.c.state == "open")
        .order_by(journeys.c.id)
        .limit(PAGE)
    )
    found: list[str] = []
    page = conn.execute(query).all()
    while page:
        found += listed.meet([workflow_id(row.campaign, row.lead_id, row.entry) for row in page])
        page = conn.execute(query.where(journeys.c.id > page[-1].id)).all()
    return found


async def _batches(names: AsyncIterator[str]) -> AsyncIterator[list[str]]:
    batch: list[str] = []
    async for name in names:
        batch.append(name)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
