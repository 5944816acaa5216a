"""`nurture trace`: where one lead is, how they came there, and why."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Connection

from nurture.cli.opening import Data, Json, Opened, opened, reached
from nurture.cli.output import print_json
from nurture.cli.trace_text import chain_text, text
from nurture.client import TemporalUnreachable
from nurture.client.running import Run, run_chain
from nurture.contract import workflow_id
from nurture.services.facts import lead_row, zone_of
from nurture.services.library import Library
from nurture.services.pause import lead_of
from nurture.store.queries.trace import Trace, journey_lead
from nurture.store.queries.trace import trace as read_trace

Chains = Mapping[str, Sequence[Run] | None]
"""Journey -> its newest runs; None: Temporal does not answer."""


def trace(
    who: Annotated[str, typer.Argument(metavar="LEAD|JOURNEY", help="An address, or the id of either.")],
    lines: Annotated[int, typer.Option(min=1, max=100_000, help="Of the timeline, the newest.")] = 100,
    json: Json = False,
    data: Data = None,
) -> None:
    """Where a lead is, what they wait for, what was sent, and the timeline with every reason."""
    with opened(data) as at:
        found, zone = at.store.read_sync(_read, who, lines)
        chains = asyncio.run(_chains(at, found))
    if json:
        plain = {name: None if runs is None else list(map(asdict, runs)) for name, runs in chains.items()}
        print_json({**asdict(found), "runs": plain})
        return
    print(text(found, zone, {name: chain_text(runs, zone) for name, runs in chains.items()}))


def _read(conn: Connection, who: str, lines: int) -> tuple[Trace, ZoneInfo]:
    journey = _journey(conn, who)
    lead = (journey_lead(conn, journey) if journey else None) or lead_of(conn, who)
    zone = zone_of(lead_row(conn, lead), Library().rules(conn).dictionary)
    return read_trace(conn, lead, journey, lines), zone


def _journey(conn: Connection, who: str) -> str | None:
    try:
        name = str(UUID(who.strip()))
    except ValueError:
        return None
    return name if journey_lead(conn, name) else None


async def _chains(at: Opened, found: Trace) -> dict[str, Sequence[Run] | None]:
    client = await reached(at.settings)
    chains: dict[str, Sequence[Run] | None] = {}
    for way in found.ways:
        row: Mapping[str, Any] = way.journey
        name = workflow_id(row["campaign"], row["lead_id"], row["entry"])
        try:
            chains[row["id"]] = await run_chain(client, name) if client else None
        except TemporalUnreachable:
            chains[row["id"]] = None
    return chains
