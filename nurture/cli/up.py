"""`nurture up`: everything on this machine in one process, besides what the environment names elsewhere."""

import asyncio
import os
import socket
import time
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from nurture import logs
from nurture.cli.errors import INTERRUPTED
from nurture.client import Client, connect, outside_address, prepare_namespace, telemetry
from nurture.embedded.lock import DataLock
from nurture.embedded.ports import choose, listen
from nurture.embedded.temporal import EmbeddedTemporal
from nurture.embedded.together import Stopped, Together, stop_on_signals
from nurture.embedded.webserver import serve
from nurture.settings import Settings, load_settings
from nurture.store.migrate import upgrade
from nurture.store.session import Store


def up(
    data: Annotated[Path | None, typer.Option(help="Where state is kept.  [default: .nurture]")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Of the web app; 0: a free one.  [default: 8080]")
    ] = None,
    temporal_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Of the embedded Temporal.  [default: a free one]")
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Without Temporal's own pages.")] = False,
) -> None:
    """Run everything on this machine: Temporal, database, worker, web app. Ctrl-C stops it, all state stays.

    With TEMPORAL_ADDRESS or DATABASE_URL set, that part is the one named there.
    """
    chosen = {"data_dir": data, "web_port": port, "temporal_port": temporal_port}
    settings = load_settings(**{key: value for key, value in chosen.items() if value is not None})
    logs.configure(settings.log_format, settings.log_level)
    asyncio.run(Up(settings, headless=headless).run())


class Up:
    """The composition of one process; worker and web app are the same as when they run alone."""

    def __init__(self, settings: Settings, *, headless: bool) -> None:
        self._settings = settings
        self._headless = headless
        self._outside = outside_address()
        self._temporal: EmbeddedTemporal | None = None
        self._started = time.monotonic()

    async def run(self) -> None:
        stop = asyncio.Event()
        stop_on_signals(stop, self._at_once, self._line)
        async with AsyncExitStack() as stack:
            bound = stack.enter_context(self._listen())
            together = Together(stop)
            await self._start_temporal(stack)
            store = await self._open_database(stack)
            client = await self._connect()
            stack.push_async_callback(together.drain)
            try:
                await self._start_services(together, client, store, bound)
                self._line("Ctrl-C stops it; everything goes on at the next start.")
                await together.wait()
            except Stopped:
                return

    def _listen(self) -> socket.socket:
        """First of all, so that a taken port is known before anything has started."""
        bound = listen("The web app", self._settings.web_host, self._settings.web_port, "--port")
        self._settings = self._settings.model_copy(update={"web_port": bound.getsockname()[1]})
        return bound

    async def _start_temporal(self, stack: AsyncExitStack) -> None:
        if self._outside:
            return
        settings = self._settings
        self._temporal = EmbeddedTemporal(settings.data_dir, settings.temporal_port, headless=self._headless)
        await stack.enter_async_context(self._temporal)
        pages = f", its pages at {self._temporal.ui_url}" if self._temporal.ui_url else ""
        self._say("temporal", f"{self._temporal.address}{pages}")

    async def _connect(self) -> Client:
        runtime = telemetry(self._metrics_address())
        if self._temporal:
            return await connect(self._temporal.address, runtime=runtime)
        client = await connect(runtime=runtime)
        await prepare_namespace(client)
        self._say("temporal", f"{self._outside}, not ours")
        return client

    async def _open_database(self, stack: AsyncExitStack) -> Store:
        settings = self._settings
        if self._outside and not settings.database_url:
            lock = DataLock(settings.data_dir)
            lock.take()
            stack.callback(lock.release)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(upgrade, settings.database)
        store = Store(settings.database)
        stack.callback(store.close)
        self._say("database", "the one DATABASE_URL names" if settings.database_url else settings.database)
        return store

    async def _start_services(
        self, together: Together, client: Client, store: Store, bound: socket.socket
    ) -> None:
        if self._temporal:
            await together.start("temporal", self._temporal.keep_running)
        await together.start("worker", partial(_work, self._settings, client))
        self._say("worker", f"metrics at http://{self._metrics_address()}/metrics")
        await together.start("web", partial(serve, _app(self._settings, store), bound))
        self._say("web", self._settings.web_url)

    def _metrics_address(self) -> str:
        settings = self._settings
        if not settings.metrics_port:
            port = choose("The metrics", settings.metrics_host, 0, "NURTURE_METRICS_PORT")
            self._settings = settings = settings.model_copy(update={"metrics_port": port})
        return f"{settings.metrics_host}:{settings.metrics_port}"

    def _at_once(self) -> None:
        if self._temporal:
            self._temporal.kill()
        os._exit(INTERRUPTED)

    def _say(self, part: str, what: str) -> None:
        self._line(f"{part:<9} {what}  ({time.monotonic() - self._started:.1f} s)")

    def _line(self, line: str) -> None:
        print(line, flush=True)


async def _work(settings: Settings, client: Client, stop: asyncio.Event, ready: asyncio.Event) -> None:
    from worker import run_worker

    await run_worker(settings, client, stop=stop, ready=ready)


def _app(settings: Settings, store: Store) -> Any:
    from nurture.web.app import create_app

    return create_app(settings, store)
