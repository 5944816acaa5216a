"""What most commands begin with: settings, the database they name, its clock, and Temporal if it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from nurture import logs
from nurture.client import Client, TemporalUnreachable, connect, outside_address
from nurture.clock import Clock, clock_of
from nurture.domain.errors import NurtureError
from nurture.embedded.temporal import ADDRESS_FILE
from nurture.settings import Settings, load_settings
from nurture.store.engines import database_url
from nurture.store.migrate import check_schema
from nurture.store.queries.installation import clock_kind
from nurture.store.session import Store

Data = Annotated[Path | None, typer.Option("--data", help="Where state is kept.  [default: .nurture]")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

CONNECTS_WITHIN = 5.0
"""Seconds."""


class NoDatabase(NurtureError):
    def __init__(self, path: str) -> None:
        super().__init__(
            f"There is no database at {path}.", "Start with `nurture up`, or name another with --data DIR."
        )


@dataclass(frozen=True)
class Opened:
    settings: Settings
    store: Store
    clock: Clock


def settings_of(data: Path | None) -> Settings:
    settings = load_settings(**({"data_dir": data} if data else {}))
    logs.configure(settings.log_format, settings.log_level)
    return settings


@contextmanager
def opened(data: Path | None = None) -> Iterator[Opened]:
    """Raises NoDatabase and OldSchema."""
    with opened_with(settings_of(data)) as at:
        yield at


@contextmanager
def opened_with(settings: Settings) -> Iterator[Opened]:
    """Raises NoDatabase and OldSchema."""
    url = database_url(settings.database)
    # Before it is opened: SQLite would make the file that is not there.
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise NoDatabase(url.database or "")
    store = Store(settings.database)
    try:
        check_schema(store)
        kind = store.read_sync(clock_kind)
        yield Opened(settings, store, clock_of(kind or settings.clock))
    finally:
        store.close()


def temporal_address(settings: Settings) -> str | None:
    """Where Temporal's own variables point, else where the embedded one of this data directory listens."""
    if outside := outside_address():
        return outside
    file = settings.data_dir / ADDRESS_FILE
    return file.read_text().strip() if file.is_file() else None


async def reached(settings: Settings) -> Client | None:
    """None: Temporal does not answer."""
    address = temporal_address(settings)
    if not address:
        return None
    try:
        async with asyncio.timeout(CONNECTS_WITHIN):
            return await connect(address)
    except (TemporalUnreachable, TimeoutError):
        return None
