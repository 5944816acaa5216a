"""`nurture rebuild`: every journey anew from its row."""

import asyncio
from typing import Annotated

import typer

from nurture.cli.opening import Data, Opened, opened, reached
from nurture.cli.wording import of_them
from nurture.client import TemporalUnreachable
from nurture.services.rebuild import Cleared, clear, start_all


def rebuild(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="End what still runs in Temporal first, as after a restore.")
    ] = False,
    data: Data = None,
) -> None:
    """Start every journey in flight anew from the database, when Temporal's data is lost.

    Journeys that do run are left alone. Safe to run twice, with workers running or not.
    """
    with opened(data) as at:
        cleared = asyncio.run(_clear(at, fresh))
        count = start_all(at.store, at.settings.start_rate)
    if cleared is None:
        print("Temporal does not answer yet: starts wait in the outbox until it does.")
    elif cleared.terminated or cleared.forgotten:
        print(f"In Temporal {cleared.terminated:,} were ended and {cleared.forgotten:,} forgotten.")
    print(f"{of_them(count, 'journey')} to start, {at.settings.start_rate:g} per second.")


async def _clear(at: Opened, fresh: bool) -> Cleared | None:
    client = await reached(at.settings)
    if client is None:
        if fresh:
            raise TemporalUnreachable("the address that TEMPORAL_ADDRESS or the data directory names")
        return None
    return await clear(at.store, client, fresh=fresh)
