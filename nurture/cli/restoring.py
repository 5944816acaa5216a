"""What a restore does, in its order: nothing is touched before everything is known to be free and whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from nurture.cli.opening import opened_with, reached
from nurture.client import outside_address
from nurture.embedded.lock import DataLock
from nurture.services import gap
from nurture.services.backup import made_at
from nurture.services.rebuild import Cleared, clear, start_all
from nurture.settings import Settings
from nurture.store.copies import (
    NAMES,
    POSTGRESQL,
    SQLITE,
    CopyRefused,
    kind_of,
    restore_postgresql,
    restore_sqlite,
    set_aside,
)
from nurture.store.engines import database_url
from nurture.store.migrate import upgrade
from nurture.store.queries.installation import the_installation
from nurture.store.session import Store

TEMPORAL_FILE = "temporal.db"


@dataclass(frozen=True)
class Restored:
    began: datetime
    ended: datetime
    on_their_way: int
    started: int
    aside: str | None
    temporal: str


def bring_back(settings: Settings, file: Path) -> Restored:
    """Raises DataInUse, InUse and CopyRefused, and has changed nothing then."""
    url = database_url(settings.database)
    kind, wanted = kind_of(file), SQLITE if url.get_backend_name() == "sqlite" else POSTGRESQL
    if kind != wanted:
        raise CopyRefused(
            f"{file} is a backup of {NAMES[kind]}, and the database here is {NAMES[wanted]}.",
            "Name the right database with DATABASE_URL, or give another file.",
        )
    with _alone(settings):
        lost_until = _campaign_time(settings.database)
        aside = (
            restore_sqlite(Path(url.database or ""), file)
            if kind == SQLITE
            else restore_postgresql(url, file)
        )
        upgrade(settings.database)
        return _begin(settings, str(aside) if aside else None, lost_until)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    lock = DataLock(settings.data_dir)
    lock.take(patience=0)
    try:
        yield
    finally:
        lock.release()


def _campaign_time(url: str) -> datetime | None:
    """Of the database that is replaced, if it has a stepped clock and can still be read."""
    file = database_url(url).database or ""
    if url.startswith("sqlite") and not Path(file).exists():
        return None
    store = Store(url)
    try:
        row = store.read_sync(the_installation)
    except DBAPIError:
        return None
    finally:
        store.close()
    return row.stepped_to if row else None


def _begin(settings: Settings, aside: str | None, lost_until: datetime | None) -> Restored:
    with opened_with(settings) as at:
        began = at.store.read_sync(made_at, at.clock)
        on_their_way = at.store.write_sync(gap.begin, at.clock, began, lost_until)
        found = at.store.read_sync(gap.gap_of)
        assert found is not None
        temporal = _clear_temporal(settings, at.store)
        started = start_all(at.store, settings.start_rate)
    return Restored(began, found.ended, on_their_way, started, aside, temporal)


def _clear_temporal(settings: Settings, store: Store) -> str:
    """Its journeys are ahead of the rows now."""
    if not outside_address():
        kept = set_aside(settings.data_dir / TEMPORAL_FILE)
        return f"Temporal begins anew; its own data is kept as {kept}." if kept else "Temporal begins anew."
    cleared = asyncio.run(_clear(settings, store))
    if cleared is None:
        return "Temporal does not answer: run `nurture rebuild --fresh` before you start a worker."
    return f"In Temporal {cleared.terminated:,} journeys were ended and {cleared.forgotten:,} forgotten."


async def _clear(settings: Settings, store: Store) -> Cleared | None:
    client = await reached(settings)
    return await clear(store, client, fresh=True) if client else None
