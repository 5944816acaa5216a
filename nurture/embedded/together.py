"""Services of one process that start one after the other, live together and stop together."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

SAME_SIGNAL = 1.0
"""Seconds: make, timeout and shells pass one signal on twice, to the process and to its group."""

CANCELLED_AGAIN = 1.0
"""Seconds."""

Service = Callable[[asyncio.Event, asyncio.Event], Awaitable[None]]
"""Called with (stop, ready): sets `ready` when it serves, returns when it has drained after `stop`."""


class Stopped(Exception):
    """The stop came while services were still starting."""


class Together:
    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop
        self._tasks: dict[asyncio.Task[None], asyncio.Event] = {}

    async def start(self, name: str, service: Service) -> None:
        """Returns when it is ready; raises its error when it ends before."""
        ready = asyncio.Event()
        task = asyncio.create_task(_named(service, self._stop, ready), name=name)
        self._tasks[task] = ready
        await _first(task, ready.wait(), self._stop.wait())
        if task.done():
            task.result()
        if self._stop.is_set() or task.done():
            raise Stopped

    async def wait(self) -> None:
        """Until the stop, or until one of them ends by itself, which stops the others."""
        await _first(self._stop.wait(), *self._tasks)

    async def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Does ``work`` while the services live. Raises Stopped when the stop, or the end of one of them,
        came first: whatever else the work then says is because they are gone."""
        task = asyncio.create_task(work)
        await _first(task, self._stop.wait(), *self._tasks)
        while not task.done():  # what it waited for may come together with a cancellation, and hide it
            task.cancel()
            await asyncio.wait([task], timeout=CANCELLED_AGAIN)
        if task.cancelled() or (task.exception() and not self._all_live()):
            raise Stopped
        task.result()

    def _all_live(self) -> bool:
        return not self._stop.is_set() and not any(task.done() for task in self._tasks)

    async def drain(self) -> None:
        """Stops all and waits for them, then raises the first error that one of them ended with."""
        self._stop.set()
        if self._tasks:
            await asyncio.wait(self._tasks)
        for task in self._tasks:
            task.result()


def stop_on_signals(stop: asyncio.Event, at_once: Callable[[], None], say: Callable[[str], None]) -> None:
    """The first SIGINT or SIGTERM asks for a drain, the second calls `at_once`, which does not return."""

    loop = asyncio.get_running_loop()
    first = 0.0

    def received() -> None:
        nonlocal first
        if not stop.is_set():
            first = loop.time()
            stop.set()
            say("Stopping: finishing what is running. Again to stop at once.")
        elif loop.time() - first > SAME_SIGNAL:
            at_once()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, received)


async def _named(service: Service, stop: asyncio.Event, ready: asyncio.Event) -> None:
    await service(stop, ready)


async def _first(*awaited: Awaitable[object]) -> None:
    """Returns when one of them is done; those made here for waiting are cancelled, tasks of others go on."""
    given = [one for one in awaited if isinstance(one, asyncio.Task)]
    own = [asyncio.ensure_future(one) for one in awaited if not isinstance(one, asyncio.Task)]
    try:
        await asyncio.wait([*given, *own], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in own:
            one.cancel()
