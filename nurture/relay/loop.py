"""The rounds of the relay: look at events, tell Temporal, tell the CRM, send deferred mails again, see to
what is late."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from nurture.client import Client
from nurture.client.journeys import NotTaken, start_or_wake
from nurture.relay import lease, outbox
from nurture.relay.guard import guarded
from nurture.relay.looking import look_at_pages
from nurture.relay.outbox import Call
from nurture.services import ledger
from nurture.services.answering import close_unanswered
from nurture.services.backlog import release, release_due
from nurture.services.desk import Desk
from nurture.services.digest import digests_due, send_digest
from nurture.services.draining import end_drains
from nurture.services.gathering import gather
from nurture.services.giving_back import bring_back, put_off_return
from nurture.services.handing_on import handed_on_due, see_to
from nurture.services.look import waiting_pages
from nurture.services.overdue import wake_overdue
from nurture.services.planned import waiting
from nurture.services.reconcile import reconcile
from nurture.services.sales_queue import assign, takeable
from nurture.services.scans.plan import plan_scans
from nurture.services.scans.run import put_off_scan, scan
from nurture.services.stage_limits import tell_overdue
from nurture.store.columns import new_id
from nurture.store.session import Store

log = logging.getLogger("nurture.relay")

NAME = "relay"
EVERY = 0.5
"""Seconds between rounds when nobody pokes; writes of this process poke at once."""
OTHERS_EVERY = 1.0
"""Deferred mails wait for minutes, and a CRM that is told a second later minds nothing."""
STEPPED_EVERY = 0.25
"""A stepped clock waits for these rounds; nobody else does."""
RENEW_EVERY = 1.0
"""Seconds; well below the lease."""
LAPSE_EVERY = 5.0
SCAN_EVERY = 5.0
OVERDUE_EVERY = 60.0
DRAIN_EVERY = 30.0
RECONCILE_EVERY = 60.0
CALLS_AT_ONCE = 20
DRAIN = 15.0
"""Seconds for the rounds under way to end."""

P = ParamSpec("P")
T = TypeVar("T")
Round = Callable[[], Awaitable[int]]


class Relay:
    """``others``: further rounds, such as the CRM's, each in a loop of its own so that none delays
    another."""

    def __init__(
        self, store: Store, desk: Desk, client: Client, start_rate: float, others: Sequence[Round] = ()
    ) -> None:
        self._store = store
        self._desk = desk
        self._client = client
        self._start_rate = start_rate
        self._others = others
        self._owner = new_id()
        self._leading = asyncio.Event()
        self._poked = asyncio.Event()
        self._work = [asyncio.Event() for _ in others]
        """Set when a round of another loop need not wait for its time."""
        self._marks: dict[str, float] = {}
        self._scanning = False

    async def run(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()

        def poke() -> None:
            loop.call_soon_threadsafe(self._poked.set)

        self._store.listen(poke)
        others = [
            asyncio.create_task(self._repeat(other, work, stop))
            for other, work in zip(self._others, self._work, strict=True)
        ]
        try:
            await self._lead(stop)
        finally:
            self._store.unlisten(poke)
            if others:  # a mail in hand is handed over to its end
                await asyncio.wait(others, timeout=DRAIN)
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            with contextlib.suppress(OperationalError):
                await self._store.write(lease.give_up, NAME, self._owner)

    async def _lead(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._poked.clear()
            busy = await self._round(self._lead_once)
            if not busy:
                await _first(stop, self._poked, EVERY)

    async def _lead_once(self) -> bool:
        """Whether there was something to do, so that there may be more."""
        # A lease that was renewed a moment ago needs no commit before every round.
        if self._is_time("lease", RENEW_EVERY) or not self._leading.is_set():
            if not await self._store.write(lease.lead, NAME, self._owner):
                self._leading.clear()
                return False
            self._leading.set()
        pages, calls = await self._store.read(_waiting, self._desk)
        looked = 0
        if pages:
            looked = await look_at_pages(self._store, self._desk, pages)
            calls = await self._store.read(outbox.fetch, self._desk)
        if calls:
            await self._tell(calls)
        scanned = 0
        if self._scanning or self._desk.clock.stepped or self._is_time("scan", SCAN_EVERY):
            scanned = await self._see_to_planned()
        self._scanning = bool(scanned)
        await self._now_and_then()
        busy = bool(looked or calls or scanned)
        if self._desk.clock.stepped and not busy:  # a morning may be over within a moment
            busy = bool(await self._digests())
        return busy

    async def _now_and_then(self) -> None:
        """What machine time brings."""
        if self._is_time("lapse", LAPSE_EVERY):
            await self._see_to(lambda conn: ledger.lapse(conn, self._desk.clock.now(conn)))
            await self._assign()
        if self._is_time("reconcile", RECONCILE_EVERY):
            await self._see_to(reconcile, self._desk)
            await self._see_to(plan_scans, self._desk.clock)
            await self._see_to(close_unanswered, self._desk)
            await self._see_to(tell_overdue, self._desk)
            if not self._desk.clock.stepped:
                await self._digests()
        if self._is_time("drain", DRAIN_EVERY):
            await self._see_to(end_drains, self._desk)
        if not self._desk.clock.stepped and self._is_time("overdue", OVERDUE_EVERY):
            await self._see_to(wake_overdue, self._desk)

    async def _see_to(
        self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """In a transaction of its own. None: it failed, and that is told."""
        return await guarded(lambda: self._store.write(act, *args, **kwargs))

    async def _see_to_planned(self) -> int:
        """How many rows were seen to. Asked by a read, as mostly nothing is due: a write locks others out."""
        found = await self._store.read(waiting, self._desk)
        if found.others:
            for event in self._work:
                event.set()
        if not found.planned:
            return 0
        scanned = await self._or_put_off(scan, put_off_scan)
        back = await self._or_put_off(bring_back, put_off_return)
        tasks = await self._store.read(handed_on_due, self._desk)
        seen = [await self._see_to(see_to, self._desk, task) for task in tasks]
        told = await self._see_to(gather, self._desk) or 0
        return scanned + back + sum(map(bool, seen)) + told

    async def _or_put_off(
        self, act: Callable[[Connection, Desk], int], put_off: Callable[[Connection, Desk], None]
    ) -> int:
        """How many rows were seen to. What ends in a bug would be the next for ever."""
        done = await self._see_to(act, self._desk)
        if done is None:
            await self._see_to(put_off, self._desk)
        return done or 0

    async def _digests(self) -> int:
        """In the mornings. How many people were seen to."""
        found = await guarded(lambda: self._store.read(digests_due, self._desk)) or ()
        done = [await self._see_to(send_digest, self._desk, user) for user in found]
        return sum(one is not None for one in done)

    async def _assign(self) -> None:
        """From the queues of sales, each in a transaction of its own: none holds two leads."""
        for task in await guarded(lambda: self._store.read(takeable, self._desk)) or ():
            await self._see_to(assign, self._desk, task)
        coming = await guarded(lambda: self._store.read(release_due, self._desk)) or ()
        for row in coming:
            await self._see_to(release, self._desk, row)

    async def _tell(self, calls: Sequence[Call]) -> None:
        gate = asyncio.Semaphore(CALLS_AT_ONCE)
        began = time.monotonic()
        self._desk.reached("relay/telling")
        results = await asyncio.gather(*(self._call(gate, call) for call in calls))
        self._desk.reached("relay/told")
        failed = [call for call, error in zip(calls, results, strict=True) if error]
        done = [call for call, error in zip(calls, results, strict=True) if not error]
        await self._store.write(lambda conn: outbox.close(conn, done, self._desk.clock.now(conn)))
        self._desk.reached("relay/closed")
        if failed:
            first = next(error for error in results if error)
            log.warning("Temporal did not take %d of %d", len(failed), len(calls), extra={"kind": first})
            await self._store.write(outbox.postpone, failed, first)
        starts = sum(call.turn.turn == 0 for call in done)
        await asyncio.sleep(max(0.0, starts / self._start_rate - (time.monotonic() - began)))

    async def _call(self, gate: asyncio.Semaphore, call: Call) -> str:
        """Empty: done. Else the kind of trouble."""
        # Of a journey that was ended from outside a sleeping workflow is woken to see it. By no plain signal:
        # that waits until a hibernating run begins by itself.
        if call.turn.effect == "ended" and not (call.wake and call.wake.due):
            return ""
        async with gate:
            try:
                await start_or_wake(self._client, call.workflow, call.turn, call.wake)
            except NotTaken as error:
                return str(error)
        return ""

    async def _repeat(self, act: Round, work: asyncio.Event, stop: asyncio.Event) -> None:
        while not stop.is_set():
            work.clear()
            done = await self._round(act) if self._leading.is_set() else 0
            if not done:
                await _first(stop, work, STEPPED_EVERY if self._desk.clock.stepped else OTHERS_EVERY)

    async def _round(self, act: Callable[[], Awaitable[T]]) -> T | None:
        try:
            return await guarded(act)
        except OperationalError as error:
            log.warning("the database does not answer", extra={"kind": type(error).__name__})
            return None

    def _is_time(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now - self._marks.get(what, float("-inf")) < every:
            return False
        self._marks[what] = now
        return True


def _waiting(conn: Connection, desk: Desk) -> tuple[Sequence[Sequence[str]], Sequence[Call]]:
    """Leads to look at, and if there are none, what is to be told: in one go, as mostly there is neither."""
    pages = waiting_pages(conn, desk)
    return pages, [] if pages else outbox.fetch(conn, desk)


async def _first(stop: asyncio.Event, poked: asyncio.Event, seconds: float) -> None:
    """Until either event is set, or the seconds are over."""
    waits = [asyncio.create_task(event.wait()) for event in (stop, poked)]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
