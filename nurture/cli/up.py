"""`nurture up`: everything on this machine in one process, besides what the environment names elsewhere."""

import asyncio
import os
import socket
import time
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from nurture import logs
from nurture.authoring.accounts_file import load_accounts
from nurture.cli.errors import INTERRUPTED
from nurture.client import Client, connect, namespace, outside_address, prepare_namespace, telemetry
from nurture.delivery.catcher import Catcher
from nurture.delivery.registry import hooks
from nurture.embedded.lock import DataLock
from nurture.embedded.ports import choose, is_free, listen
from nurture.embedded.temporal import EmbeddedTemporal
from nurture.embedded.together import Stopped, Together, stop_on_signals
from nurture.embedded.webserver import serve
from nurture.services.hold import standstill
from nurture.services.incidents import Incidents
from nurture.services.sign_in import sign_in_link
from nurture.settings import Settings, load_settings
from nurture.store.migrate import upgrade
from nurture.store.queries.users import first_user
from nurture.store.session import Store
from nurture.web.app import create_app
from worker import run_worker

LOOKS_FOR_USERS_EVERY = 2.0
"""Seconds."""


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
        self._catcher: Catcher | None = None
        self._started = time.monotonic()

    async def run(self) -> None:
        stop = asyncio.Event()
        stop_on_signals(stop, self._at_once, _print)
        async with AsyncExitStack() as stack:
            bound = stack.enter_context(self._listen())
            await self._start_temporal(stack)
            store = await self._open_database(stack)
            client = await self._connect(store)
            await self._catch_mails(stack)
            together = Together(stop)
            stack.push_async_callback(together.drain)
            try:
                await self._start_services(together, client, store, bound)
                await together.start("inbox", partial(self._offer_sign_in, store))
                _print("Ctrl-C stops it; everything goes on at the next start.")
                await together.wait()
            except Stopped:
                return

    def _listen(self) -> socket.socket:
        """First of all, so that a taken port is known before anything has started."""
        bound = listen("The web app", self._settings.web_host, self._settings.web_port, "--port")
        self._choose(web_port=bound.getsockname()[1])
        return bound

    async def _start_temporal(self, stack: AsyncExitStack) -> None:
        if self._outside:
            return
        settings = self._settings
        self._temporal = EmbeddedTemporal(settings.data_dir, settings.temporal_port, headless=self._headless)
        await stack.enter_async_context(self._temporal)
        pages = f", its pages at {self._temporal.ui_url}" if self._temporal.ui_url else ""
        self._say("temporal", f"{self._temporal.address}{pages}")

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

    async def _connect(self, store: Store) -> Client:
        runtime, incidents = telemetry(self._metrics_address()), Incidents(store)
        if self._temporal:
            return await connect(self._temporal.address, sink=incidents, runtime=runtime)
        client = await connect(sink=incidents, runtime=runtime)
        await prepare_namespace(client)
        self._say("temporal", f"{self._outside}, not ours")
        return client

    async def _catch_mails(self, stack: AsyncExitStack) -> None:
        settings = self._settings
        if settings.delivery != "catch":
            only = f", only to {' and '.join(settings.delivery_allowed)}" if settings.delivery_allowed else ""
            accounts = load_accounts(settings.accounts)
            goes = f"accounts {', '.join(accounts.accounts)}" if accounts else settings.mail_goes_to
            self._say("mail", f"{goes}{only}")
            for name in hooks(settings, accounts):
                self._say("webhooks", f"{settings.web_url}/hooks/{name} takes what becomes of the mails")
            return
        # The usual one, where other commands look for it, if nobody has it.
        usual = "catcher_port" in settings.model_fields_set or is_free("127.0.0.1", settings.catcher_port)
        port = settings.catcher_port if usual else 0
        log = settings.data_dir / "mails.jsonl"
        self._catcher = await stack.enter_async_context(Catcher(port=port, log=log))
        self._choose(smtp_host=self._catcher.host, smtp_port=self._catcher.port)
        at = f"{self._catcher.host}:{self._catcher.port}"
        self._say("mail", f"caught at {at}, nobody gets it: {settings.web_url}/mails")

    async def _start_services(
        self, together: Together, client: Client, store: Store, bound: socket.socket
    ) -> None:
        if self._temporal:
            await together.start("temporal", self._temporal.keep_running)
        await together.start("worker", partial(_work, self._settings, client, store))
        self._say("worker", f"metrics at http://{self._metrics_address()}/metrics")
        app = create_app(self._settings, store, catcher=self._catcher.store if self._catcher else None)
        await together.start("web", partial(serve, app, bound))
        self._say("web", self._settings.web_url)
        stopped = await store.read(standstill, self._settings.web_url, namespace())
        if stopped:
            self._say("sending", f"nothing goes out, {stopped.kind}: {stopped.reason}")

    async def _offer_sign_in(self, store: Store, stop: asyncio.Event, ready: asyncio.Event) -> None:
        """One link; on a fresh database once somebody may sign in."""
        who = await store.read(first_user)
        if who is None:
            self._say(
                "inbox", "nobody may sign in yet: `nurture publish` lets the teams of policies/sales.yaml in"
            )
            ready.set()
        while who is None and not await _is_set_within(stop, LOOKS_FOR_USERS_EVERY):
            who = await store.read(first_user)
        if who is not None:
            token = await store.write(sign_in_link, who)
            self._say("inbox", f"{self._settings.web_url}/signin/{token} signs in {who}, once")
        ready.set()
        await stop.wait()

    def _metrics_address(self) -> str:
        settings = self._settings
        if not settings.metrics_port:
            self._choose(metrics_port=choose("The metrics", settings.metrics_host, 0, "NURTURE_METRICS_PORT"))
        return f"{self._settings.metrics_host}:{self._settings.metrics_port}"

    def _choose(self, **chosen: object) -> None:
        self._settings = self._settings.model_copy(update=chosen)

    def _at_once(self) -> None:
        if self._temporal:
            self._temporal.kill()
        os._exit(INTERRUPTED)

    def _say(self, part: str, what: str) -> None:
        _print(f"{part:<9} {what}  ({time.monotonic() - self._started:.1f} s)")


async def _work(
    settings: Settings, client: Client, store: Store, stop: asyncio.Event, ready: asyncio.Event
) -> None:
    await run_worker(settings, client, stop=stop, ready=ready, store=store)


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()


def _print(line: str) -> None:
    print(line, flush=True)
