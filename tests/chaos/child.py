"""One worker process: the real one, with short leases, and perhaps with a point at which it ends itself."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import worker
from activities import messages
from nurture import contract, logs
from nurture.client import connect
from nurture.client.connection import TemporalUnreachable
from nurture.crm.connector import Change, Connector, Pushed
from nurture.crm.fake import SECRET as CRM_SECRET
from nurture.crm.registry import connector
from nurture.delivery.provider import Envelope, Mark, Outcome, Provider
from nurture.delivery.registry import PROVIDERS
from nurture.relay import lease, loop
from nurture.services import crm_outbox, ledger, overdue, retries, sending, settling
from nurture.services.desk import Desk
from nurture.services.incidents import Incidents
from nurture.services.opening import open_desk
from nurture.settings import Settings
from nurture.store.session import Store
from tests.chaos.clock import QuickClock
from tests.chaos.naive import NaiveMessages
from tests.chaos.orders import CRASHED, NOT_YET, Orders
from tests.chaos.parts import do_part

SECRET = "a secret for tests only"
BASE_URL = "http://127.0.0.1:8080"
LOOKS_AGAIN_EVERY = 1.0
"""Seconds, whoever finds a mail in the hands of another."""


def tune(orders: Orders) -> None:
    """All that waits for a dead process, in seconds instead of minutes."""
    contract.HEARTBEAT = contract.EFFECT_TIMEOUT = timedelta(seconds=orders.silence)
    contract.TASK_TIMEOUT = timedelta(seconds=4)
    contract.IN_RUN_AT_MOST = timedelta(seconds=2)
    messages.HEARTBEAT_EVERY = 0.5
    ledger.LEASE = 2 * orders.silence
    sending.IN_HAND_FOR = timedelta(seconds=LOOKS_AGAIN_EVERY * orders.speed)
    lease.SECONDS = 1.5
    loop.LAPSE_EVERY, loop.OVERDUE_EVERY, loop.DRAIN = 1.0, 15.0, 3.0
    overdue.OVERDUE, overdue.TOLD_FOR = timedelta(seconds=30 * orders.speed), 60.0
    settling.RETRIES = (timedelta(seconds=1), timedelta(seconds=2))
    retries.LOOK_AGAIN = 2.0
    crm_outbox.LEASE, crm_outbox.AGAIN = 3, (1, 1, 2, 2)
    worker.DRAIN, worker.STICKY = timedelta(seconds=3), timedelta(seconds=2)


def listener(orders: Orders) -> Callable[[str], None]:
    """Writes each point down, and ends the process at the one that is ordered."""
    left = orders.crash_after
    file = os.open(orders.points, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if orders.points else None

    def reached(point: str) -> None:
        nonlocal left
        if file is not None:
            os.write(file, f"{point}\n".encode())
        if point == orders.crash_at:
            if left <= 0:
                os._exit(CRASHED)
            left -= 1

    return reached


class Unanswered:
    """A provider whose answer never arrives, where that is what is ordered."""

    def __init__(self, provider: Provider, desk: Desk) -> None:
        self.name = provider.name
        self._provider = provider
        self._desk = desk

    async def deliver(self, mail: bytes, envelope: Envelope, mark: Mark) -> Outcome:
        async def marked() -> bool:
            allowed = await mark()
            asyncio.get_running_loop().call_later(0.15, self._desk.reached, "provider/unanswered")
            return allowed

        return await self._provider.deliver(mail, envelope, marked)

    async def close(self) -> None:
        await self._provider.close()


class Watched:
    """A CRM connector that tells when it pushes and when it has pushed."""

    def __init__(self, connector: Connector | None, desk: Desk) -> None:
        assert connector
        self.name = connector.name
        self._connector = connector
        self._desk = desk

    async def push(self, change: Change) -> Pushed:
        self._desk.reached("crm/pushing")
        pushed = await self._connector.push(change)
        self._desk.reached("crm/pushed")
        return pushed

    async def close(self) -> None:
        await self._connector.close()


def settings_of(orders: Orders) -> Settings:
    return Settings(
        data_dir=Path(orders.data_dir),
        database_url=orders.database,
        smtp_host="127.0.0.1",
        smtp_port=orders.smtp_port,
        sender_address="news@ours.example",
        sender_name="Ours",
        company_name="Ours Ltd",
        company_address="1 Main Street, Town",
        secret=SECRET,
        base_url=BASE_URL,
        send_rate=1000,
        start_rate=300,
        sandbox=False,
        crm_webhook_url=orders.crm_url,
        crm_webhook_secret=CRM_SECRET if orders.crm_url else "",
        internal_hosts="127.0.0.1",
        webhook_secret=SecretStr(CRM_SECRET),
        **_by_postmark(orders.hook_key),
    )


def _by_postmark(key: str) -> dict[str, Any]:
    return (
        {"delivery": "send", "mail_url": "postmark://token@default", "mail_webhook_key": key} if key else {}
    )


def work_on(orders: Orders) -> None:
    """Until SIGTERM, or the end that is ordered."""
    os.environ["TEMPORAL_ADDRESS"] = orders.temporal
    os.environ["TEMPORAL_NAMESPACE"] = orders.namespace
    logs.configure("json", "warning")
    tune(orders)
    try:
        asyncio.run(do_part(orders, listener(orders)) if orders.part else _work_on(orders))
    except TemporalUnreachable:
        os._exit(NOT_YET)


async def _work_on(orders: Orders) -> None:
    settings = settings_of(orders)
    store = Store(settings.database)
    client = await connect(sink=Incidents(store))
    desk = open_desk(store, settings)
    desk.reached = listener(orders)
    desk.jitter = timedelta()
    if orders.speed != 1:
        desk.clock = QuickClock(orders.start, orders.speed)
    if orders.crash_at == "provider/unanswered":
        provider: Provider = Unanswered(PROVIDERS["smtp"](settings), desk)
    else:
        provider = PROVIDERS["smtp"](settings)
    if orders.crm_url:
        setattr(worker, "connector", lambda *given: Watched(connector(*given), desk))  # noqa: B010
    work = worker.Work(settings, client, store, desk, provider)
    if orders.naive:
        work._messages = NaiveMessages(store, desk, orders.smtp_port)  # type: ignore[assignment]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await work.run(stop)
    store.close()
