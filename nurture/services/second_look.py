"""Looking again at what does not add up: rows and listing are read one after the other, and listings lag."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, select

from nurture.client import Client
from nurture.client.running import is_running
from nurture.services.listed import Listed
from nurture.store.queries.survey import KEPT, Suspect, Suspects
from nurture.store.session import Store
from nurture.store.tables import journeys

AFTER = 2.0
"""Seconds: between the row of an ended journey and the end of its workflow lies an answer to a worker."""
AT_ONCE = 20
ROWS = 500


@dataclass(frozen=True)
class Stranger:
    workflow: str
    journey: str | None
    """The ended row; None: there is no such row."""


async def still_missing(store: Store, client: Client, suspects: Suspects) -> Suspects:
    """Those whose row is as it was and whose workflow does not run, as the server itself says."""
    if suspects.count > KEPT:
        return suspects
    stuck = await store.read(_unchanged, suspects.rows)
    run = await _running(client, [suspect.workflow for suspect in stuck])
    stuck = [suspect for suspect in stuck if suspect.workflow not in run]
    return Suspects(len(stuck), stuck)


async def still_late(store: Store, suspects: Suspects) -> Suspects:
    if suspects.count > KEPT:
        return suspects
    late = await store.read(_unchanged, suspects.rows)
    return Suspects(len(late), late)


async def strangers(store: Store, client: Client, listed: Listed) -> list[Stranger]:
    """Workflows that run for no open row."""
    candidates = await store.read(_without_row, list(islice(listed.not_met(), KEPT)))
    if not candidates:
        return []
    await asyncio.sleep(AFTER)
    run = await _running(client, [stranger.workflow for stranger in candidates])
    return [stranger for stranger in candidates if stranger.workflow in run]


def _unchanged(conn: Connection, suspects: Sequence[Suspect]) -> list[Suspect]:
    now: dict[str, object] = {}
    for start in range(0, len(suspects), ROWS):
        ids = [suspect.journey for suspect in suspects[start : start + ROWS]]
        rows = conn.execute(
            select(journeys.c.id, journeys.c.due).where(journeys.c.id.in_(ids), journeys.c.state == "open")
        )
        now.update((row.id, row.due) for row in rows)
    return [suspect for suspect in suspects if now.get(suspect.journey) == suspect.due]


def _without_row(conn: Connection, workflows: Iterable[str]) -> list[Stranger]:
    found = [(name, _row(conn, name)) for name in workflows]
    return [Stranger(name, row[0] if row else None) for name, row in found if not row or row[1] != "open"]


def _row(conn: Connection, workflow: str) -> tuple[str, str] | None:
    try:
        _, campaign, lead, entry = workflow.split(":")
        where = (journeys.c.campaign == campaign, journeys.c.lead_id == str(UUID(lead)))
        row = conn.execute(
            select(journeys.c.id, journeys.c.state).where(*where, journeys.c.entry == int(entry))
        ).one_or_none()
    except ValueError:
        return None
    return (row.id, row.state) if row else None


async def _running(client: Client, workflows: Sequence[str]) -> set[str]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(name: str) -> bool:
        async with gate:
            return await is_running(client, name)

    answers = await asyncio.gather(*(ask(name) for name in workflows))
    return {name for name, runs in zip(workflows, answers, strict=True) if runs}
