"""`nurture demo`: a month of leads on a stepped clock, on this machine alone, and a report of it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from nurture import logs
from nurture.cli.errors import DONE, INTERRUPTED, WRONG_INPUT
from nurture.cli.opening import Json
from nurture.cli.output import print_json
from nurture.client import connect
from nurture.delivery.catcher import Catcher
from nurture.delivery.registry import smtp
from nurture.demo.browser import Browser
from nurture.demo.closing import Closing, as_json, close
from nurture.demo.crms.registry import served
from nurture.demo.house import BEGAN, Wanted, faults, make_cast
from nurture.demo.performing import Stage, perform
from nurture.demo.show import showing
from nurture.demo.telling import tell
from nurture.domain.errors import NurtureError
from nurture.embedded.ports import listen
from nurture.embedded.temporal import EmbeddedTemporal
from nurture.embedded.together import Stopped, Together, stop_on_signals
from nurture.embedded.webserver import serve
from nurture.services.incidents import Incidents
from nurture.services.opening import open_desk
from nurture.services.sign_in import sign_in_link
from nurture.settings import Settings, load_settings
from nurture.store.migrate import upgrade
from nurture.store.queries.users import first_user
from nurture.store.session import Store
from nurture.web.app import create_app
from worker import Work

HOST = "127.0.0.1"
DATABASE, LOG = "nurture.db", "demo.log"
KEPT = 1_000_000
"""Mails that the catcher remembers: all."""


class Crm(StrEnum):
    webhook = "webhook"
    hubspot = "hubspot"
    salesforce = "salesforce"
    pipedrive = "pipedrive"


class OnlyCaught(NurtureError):
    """Simulated people must never cause real mail."""


class NotFresh(NurtureError):
    """A demo begins with nothing."""


def demo(
    leads: Annotated[int, typer.Option(min=1, max=2000, help="How many people take part.")] = 300,
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it goes on, in their time.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed brings the same report.")] = 7,
    exit_: Annotated[
        bool, typer.Option("--exit", help="Stop at the end; exit code 1 if something is amiss.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="Keep its state here.  [default: a temporary directory]")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the web app; 0: a free one.")] = 0,
    crm: Annotated[
        Crm, typer.Option(help="The CRM that sales look at: a fake with the vendor's habits.")
    ] = Crm.webhook,
    json: Json = False,
) -> int:
    """Watch a month of leads in a few minutes: everything on this machine, and nobody gets any mail.

    Simulated people read, click, answer, reply, unsubscribe or stay silent; simulated sales people take the
    tasks. It ends with a report, then serves its pages until Ctrl-C.
    """
    if load_settings().delivery != "catch":
        raise OnlyCaught(
            "A demo mails only to the catcher on this machine, and the environment names another server.",
            "Unset NURTURE_DELIVERY and NURTURE_SMTP_HOST for it.",
        )
    if data and (data / DATABASE).exists():
        raise NotFresh(f"There is a database in {data} already.", "Give the demo a directory of its own.")
    directory = data or Path(tempfile.mkdtemp(prefix="nurture-demo-"))
    try:
        wanted = Wanted(leads, days, seed)
        return asyncio.run(Demo(wanted, directory, port, crm=crm.value, stays=not exit_, as_json=json).run())
    finally:
        if data is None:
            shutil.rmtree(directory, ignore_errors=True)


class Demo:
    """The composition of its one process: as `nurture up`, with a CRM and people beside it."""

    def __init__(
        self, wanted: Wanted, data: Path, port: int, *, crm: str, stays: bool, as_json: bool
    ) -> None:
        self._crm = crm
        self._wanted = wanted
        self._data = data
        self._port = port
        self._stays = stays
        self._as_json = as_json
        self._temporal = EmbeddedTemporal(data)

    async def run(self) -> int:
        stop = asyncio.Event()
        stop_on_signals(stop, self._at_once, self._say)
        async with AsyncExitStack() as stack:
            together = Together(stop)
            try:
                stage = await self._stage(stack, together)
                return await self._play(stage, together, stop)
            except Stopped:
                return INTERRUPTED

    async def _stage(self, stack: AsyncExitStack, together: Together) -> Stage:
        """Everything that runs, up to the addresses; nobody has done anything yet."""
        bound = stack.enter_context(listen("The web app", HOST, self._port, "--port"))
        catcher = Catcher(log=self._data / "mails.jsonl", faults=faults(self._wanted), kept=KEPT)
        await stack.enter_async_context(catcher)
        crm = await stack.enter_async_context(served(self._crm))
        settings = self._settings(bound, catcher, crm)
        logs.configure("plain", "info", stack.enter_context((self._data / LOG).open("a", encoding="utf-8")))
        await stack.enter_async_context(self._temporal)
        await asyncio.to_thread(upgrade, settings.database)
        store = Store(settings.database)
        stack.callback(store.close)
        client = await connect(self._temporal.address, sink=Incidents(store))
        desk = await asyncio.to_thread(open_desk, store, settings, BEGAN)
        browser = Browser(settings.web_url)
        stack.callback(browser.close)
        stack.push_async_callback(together.drain)
        work = Work(settings, client, store, desk, smtp(settings))
        await together.start("worker", work.run)
        await together.start("web", partial(serve, create_app(settings, store, catcher=catcher.store), bound))
        args = (self._wanted, store, desk, catcher.store, browser, settings.content_dir, self._data)
        return Stage(store, desk, client, catcher, await asyncio.to_thread(make_cast, *args))

    async def _play(self, stage: Stage, together: Together, stop: asyncio.Event) -> int:
        await self._say_addresses(stage)
        began = time.monotonic()
        with showing(self._wanted) as show:
            await together.beside(perform(stage, self._wanted, show))
        seconds = time.monotonic() - began
        closing = await close(stage, self._wanted)
        self._report(closing, seconds)
        if not self._stays:
            return WRONG_INPUT if closing.amiss else DONE
        if not stop.is_set():
            self._say("It goes on serving: look at the inbox and the mails. Ctrl-C ends it.")
            await together.wait()
        return DONE

    def _settings(self, bound: socket.socket, catcher: Catcher, crm: Mapping[str, Any]) -> Settings:
        """Of the environment nothing that leads off this machine, and no state of others."""
        return load_settings(
            data_dir=self._data,
            database_url="",
            base_url="",
            web_host=HOST,
            web_port=bound.getsockname()[1],
            delivery="catch",
            smtp_host=catcher.host,
            smtp_port=catcher.port,
            smtp_pool=8,
            accounts=None,
            sender_name="Tidewell",
            sender_address="hello@tidewell.example",
            company_name="Tidewell Planning",
            company_address="4 Quay Street, Bristol BS1 4DJ, United Kingdom",
            **crm,
            internal_hosts=HOST,
            build="",
            hibernate="auto",
            clock="stepped",
            start_rate=1000.0,
            sandbox=False,  # its workflows are the tested ones, and a wake is a third quicker
        )

    async def _say_addresses(self, stage: Stage) -> None:
        who = await stage.store.read(first_user)
        url = stage.desk.base_url
        if who:
            token = await stage.store.write(sign_in_link, who)
            self._say(f"inbox     this link signs in {who}, once:")
            self._say(f"{url}/signin/{token}")
        self._say(f"mails     {url}/mails")
        self._say(f"temporal  {self._temporal.ui_url}")
        self._say(f"data      {self._data}")
        report = stage.cast.imported
        self._say(f"leads     {report.created} of {report.rows} rows imported, {report.refused} refused")

    def _report(self, closing: Closing, seconds: float) -> None:
        if self._as_json:
            print_json(as_json(closing))
        else:
            print("\n".join(["", *tell(closing)]))
        self._say(f"Took {seconds:.0f} seconds.")

    def _at_once(self) -> None:
        self._temporal.kill()
        os._exit(INTERRUPTED)

    def _say(self, line: str) -> None:
        print(line, file=sys.stderr if self._as_json else sys.stdout, flush=True)
