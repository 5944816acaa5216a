"""The relay's looks at leads: many together, and each alone where one of them ends in a bug."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from nurture.relay.guard import tell_bug
from nurture.services.desk import Desk
from nurture.services.library import Unreadable
from nurture.services.look import look_at, put_off
from nurture.store.session import Store

log = logging.getLogger("nurture.relay")

LOOKS_AT_ONCE = 8


async def look_at_pages(store: Store, desk: Desk, pages: Sequence[Sequence[str]]) -> int:
    """How many events were looked at."""
    gate = asyncio.Semaphore(LOOKS_AT_ONCE)

    async def one(leads: Sequence[str]) -> int:
        async with gate:
            seen = await _look(store, desk, leads)
            desk.reached("relay/looked")
            return seen

    return sum(await asyncio.gather(*(one(leads) for leads in pages)))


async def _look(store: Store, desk: Desk, leads: Sequence[str]) -> int:
    try:
        return await store.write(look_at, desk, leads)
    except OperationalError:
        raise
    except Unreadable as error:
        log.error(error.message)
        return 0
    except Exception as error:  # noqa: BLE001 - the edge: what one lead did keeps nobody else waiting
        tell_bug(error, lead=leads[0] if len(leads) == 1 else "one of several")
    if len(leads) > 1:
        return sum([await _look(store, desk, [lead]) for lead in leads])
    await store.write(put_off, desk, leads[0])
    return 0
