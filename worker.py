"""The composition root: settings -> engine, provider, CRM -> activities -> worker. `python worker.py` runs
it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

from activities.engagement import Engagement
from activities.messages import Messages
from activities.webhooks import Webhooks
from nurture import logs
from nurture.boundary import collect_rarely, guarded, leave
from nurture.client import Hibernation, build_id, connect, prepare_namespace, telemetry, worker_deployment
from nurture.client.sandbox import sandboxed
from nurture.contract import JOURNEYS_QUEUE
from nurture.crm.registry import connector, crm_hook, listens, tells
from nurture.crm.signing import signers
from nurture.delivery.links import Links
from nurture.delivery.mailbox import mailbox_of
from nurture.delivery.provider import Provider
from nurture.delivery.registry import hooks, lookups, provider, sms
from nurture.http import Http
from nurture.relay.builds import BuildsRound
from nurture.relay.chat import ChatRound
from nurture.relay.crm import CrmRound
from nurture.relay.crm_pull import CrmPullRound
from nurture.relay.crm_told import CrmToldRound
from nurture.relay.hooks import HooksRound
from nurture.relay.lookup import LookupRound
from nurture.relay.loop import Relay
from nurture.relay.mailbox import MailboxRound
from nurture.relay.retries import Retries
from nurture.services.crm_opening import shared_of
from nurture.services.desk import Desk
from nurture.services.incidents import Incidents
from nurture.services.letterhead import letterhead
from nurture.services.opening import open_desk, send_queues
from nurture.settings import Settings, load_settings
from nurture.store.migrate import check_schema
from nurture.store.session import Store
from workflows.journey import Journey

log = logging.getLogger("nurture.worker")

DRAIN = timedelta(seconds=20)
ASK_AGAIN = 1.0
"""Seconds."""
STICKY = timedelta(seconds=10)
"""How long a journey waits for the worker that knew it last, before any other may have it."""
SLOTS = 50
"""Activities at once; each holds a thread only while it renders or writes."""


class Work:
    """Everything one worker process runs, on a store and a connection that are given."""

    def __init__(
        self, settings: Settings, client: Client, store: Store, desk: Desk, provider: Provider
    ) -> None:
        self.desk = desk
        self.provider = provider
        self._settings = settings
        self._store = store
        self._client = client
        links = Links(settings.web_url, desk.secrets)
        incidents = Incidents(store)
        head = letterhead(settings, links)
        self._sms = sms(settings, provider, head.sender_address)
        self._messages = Messages(store, desk, provider, head, incidents, self._sms)
        self._engagement = Engagement(store, desk)
        signing = signers(settings.webhook_secrets, "NURTURE_WEBHOOK_SECRET")
        self._webhooks = Webhooks(store, desk, incidents, settings.hosts_inside, signing)
        retries = Retries(store, desk, provider, head.sender_address, incidents)
        others = [retries.round]
        self._crm = connector(settings, shared_of(settings, store, desk))
        if self._crm:
            others.append(CrmRound(store, desk, self._crm).round)
        if heard := listens(self._crm):
            others.append(CrmPullRound(store, desk, heard, crm_hook(settings)).round)
        if telling := tells(self._crm):
            others.append(CrmToldRound(store, desk, telling).round)
        self._chat: ChatRound | None = None
        if desk.rooms:
            self._chat = ChatRound(store, desk, desk.rooms, Http(internal=settings.hosts_inside))
            others.append(self._chat.round)
        told = hooks(settings, desk.accounts).values()
        self._hooks = [HooksRound(store, desk, one, Http(internal=settings.hosts_inside)) for one in told]
        others += [one.round for one in self._hooks]
        self._mailbox: MailboxRound | None = None
        if box := settings.imap_url.get_secret_value():
            self._mailbox = MailboxRound(
                store, desk, mailbox_of(box), http=Http(internal=settings.hosts_inside)
            )
            others.append(self._mailbox.round)
        self._lookups = LookupRound(store, desk, lookups(settings, desk.accounts))
        others += self._lookups.rounds
        if settings.build:
            others.append(BuildsRound(client).round)
        self._relay = Relay(store, desk, client, settings.start_rate, others)
        cache = settings.data_dir / "hibernation.json"
        self._hibernation = Hibernation(settings.hibernate, cache)

    async def run(self, stop: asyncio.Event, ready: asyncio.Event | None = None) -> None:
        """Until ``stop``; then what is under way is finished, for at most 20 seconds."""
        learning = asyncio.create_task(self._learn())
        try:
            if self._settings.build:  # how its journeys are versioned depends on the answer
                await learning
            await self._work(stop, ready)
        finally:
            learning.cancel()
            await asyncio.wait([learning])
            await self._close()

    async def _work(self, stop: asyncio.Event, ready: asyncio.Event | None) -> None:
        async with contextlib.AsyncExitStack() as stack:
            queues = await self._store.read(send_queues, self.desk)
            for worker in (self._journeys(), *(self._sends(queue) for queue in queues)):
                await stack.enter_async_context(worker)
            relay = asyncio.create_task(self._relay.run(stop))
            if ready:
                ready.set()
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([stopping, relay], return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            await relay

    async def _close(self) -> None:
        await self.provider.close()
        await self._webhooks.close()
        for other in (self._sms, self._crm, self._chat, self._mailbox, self._lookups, *self._hooks):
            if other:
                await other.close()

    async def _learn(self) -> None:
        """Until the server was tried, waits stay in the run."""
        self.desk.rest = "in-run"
        while True:
            try:
                if await self._hibernation.learn(self._client):
                    self.desk.rest = "hibernate"
                return
            except RPCError:  # it is away, and the answer matters for weeks
                await asyncio.sleep(ASK_AGAIN)

    def _deployment(self) -> WorkerDeploymentConfig | None:
        return worker_deployment(self._settings.build, hibernating=self._hibernation.allowed)

    def _journeys(self) -> Worker:
        engagement = self._engagement
        runner = sandboxed(Journey) if self._settings.sandbox else UnsandboxedWorkflowRunner()
        return Worker(
            self._client,
            task_queue=JOURNEYS_QUEUE,
            workflows=[Journey],
            activities=[
                engagement.check_engagement,
                engagement.hand_off,
                engagement.create_task,
                engagement.notify,
                self._webhooks.call_webhook,
                engagement.update_crm,
            ],
            workflow_runner=runner,
            sticky_queue_schedule_to_start_timeout=STICKY,
            deployment_config=self._deployment(),
            build_id=build_id(self._settings.build),
            max_concurrent_activities=SLOTS,
            graceful_shutdown_timeout=DRAIN,
        )

    def _sends(self, queue: str) -> Worker:
        """One queue per provider account, so that its rate holds over all workers. Journeys that fell asleep
        under another one come by its queue."""
        return Worker(
            self._client,
            task_queue=queue,
            activities=[self._messages.send_message],
            deployment_config=self._deployment(),
            build_id=build_id(self._settings.build),
            max_concurrent_activities=SLOTS,
            max_task_queue_activities_per_second=None if self.desk.clock.stepped else self.desk.rate,
            graceful_shutdown_timeout=DRAIN,
        )


async def run_worker(
    settings: Settings,
    client: Client,
    *,
    stop: asyncio.Event,
    ready: asyncio.Event | None = None,
    store: Store | None = None,
) -> None:
    """A worker on the settings' own database, or on a store that the process has open already."""
    own = store is None
    store = store or Store(settings.database)
    check_schema(store)
    desk = await asyncio.to_thread(open_desk, store, settings)
    try:
        await Work(settings, client, store, desk, provider(settings, desk.accounts)).run(stop, ready)
    finally:
        if own:
            store.close()


async def main() -> None:
    settings = load_settings()
    logs.configure(settings.log_format, settings.log_level)
    store = Store(settings.database)
    metrics = f"{settings.metrics_host}:{settings.metrics_port}" if settings.metrics_port else None
    client = await connect(sink=Incidents(store), runtime=telemetry(metrics))
    await prepare_namespace(client)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    log.info("worker starts")
    try:
        await run_worker(settings, client, stop=stop, store=store)
    finally:
        store.close()


if __name__ == "__main__":
    collect_rarely()
    leave(guarded(lambda: asyncio.run(main()), "worker"))
