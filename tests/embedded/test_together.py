"""Services of one process: one that fails takes the others down cleanly, and its error is the one told."""

import asyncio
import os
import signal
from functools import partial

import pytest

from nurture.embedded import together as together_module
from nurture.embedded.together import SAME_SIGNAL, Stopped, Together, stop_on_signals


class Recorder:
    def __init__(self) -> None:
        self.seen: list[str] = []

    async def serve(self, stop: asyncio.Event, ready: asyncio.Event) -> None:
        ready.set()
        self.seen.append("serves")
        await stop.wait()
        await asyncio.sleep(0)
        self.seen.append("drained")


async def fails_at_start(stop: asyncio.Event, ready: asyncio.Event) -> None:
    raise LookupError("no such table")


async def ends_early(stop: asyncio.Event, ready: asyncio.Event) -> None:
    ready.set()
    await asyncio.sleep(0.01)
    raise LookupError("the connection is gone")


async def never_ready(stop: asyncio.Event, ready: asyncio.Event) -> None:
    await stop.wait()


async def test_the_stop_drains_all() -> None:
    stop, first, second = asyncio.Event(), Recorder(), Recorder()
    together = Together(stop)
    await together.start("first", first.serve)
    await together.start("second", second.serve)
    asyncio.get_running_loop().call_later(0.01, stop.set)
    await together.wait()
    await together.drain()
    assert first.seen == second.seen == ["serves", "drained"]


async def test_the_first_signal_drains_its_echo_is_ignored_and_a_later_one_ends_it() -> None:
    stop, said, ended = asyncio.Event(), list[str](), asyncio.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    stop_on_signals(stop, ended.set, said.append)
    try:
        for number in (signal.SIGTERM, signal.SIGINT):  # no pause: a busy machine makes any of them long
            os.kill(os.getpid(), number)
        await asyncio.wait_for(stop.wait(), 60)
        await asyncio.sleep(0.01)
        assert (stop.is_set(), ended.is_set(), len(said)) == (True, False, 1)
        await asyncio.sleep(SAME_SIGNAL)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(ended.wait(), 60)
    finally:
        for number, handler in before.items():
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, handler)


async def test_one_that_fails_at_start_is_the_error_and_the_others_drain() -> None:
    recorder = Recorder()
    together = Together(asyncio.Event())
    await together.start("good", recorder.serve)
    with pytest.raises(LookupError, match="no such table"):
        await together.start("bad", fails_at_start)
    with pytest.raises(LookupError):
        await together.drain()
    assert recorder.seen == ["serves", "drained"]


async def test_one_that_ends_by_itself_stops_the_others() -> None:
    recorder = Recorder()
    together = Together(asyncio.Event())
    await together.start("good", recorder.serve)
    await together.start("bad", ends_early)
    await asyncio.wait_for(together.wait(), 60)
    with pytest.raises(LookupError, match="the connection is gone"):
        await together.drain()
    assert recorder.seen == ["serves", "drained"]


async def test_a_stop_during_the_start() -> None:
    stop = asyncio.Event()
    together = Together(stop)
    asyncio.get_running_loop().call_later(0.01, stop.set)
    with pytest.raises(Stopped):
        await asyncio.wait_for(together.start("slow", never_ready), 60)
    await together.drain()


async def unlucky(stop: asyncio.Event) -> None:
    """Its service goes before it hears of the stop."""
    await stop.wait()
    raise LookupError("the connection is gone")


async def deaf(asked: list[str], stop: asyncio.Event) -> None:
    """What it waits for comes together with its cancellation, as `wait_for` of Python 3.11 may hide one."""
    for _ in range(2):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            asked.append("to end")
            if len(asked) == 2:
                raise


async def test_work_beside_the_services_ends_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together_module, "CANCELLED_AGAIN", 0.01)
    asked: list[str] = []
    for work in (unlucky, partial(deaf, asked)):
        stop = asyncio.Event()
        together = Together(stop)
        asyncio.get_running_loop().call_later(0.01, stop.set)
        with pytest.raises(Stopped):
            await asyncio.wait_for(together.beside(work(stop)), 60)
    assert len(asked) == 2


async def test_work_beside_the_services_tells_its_own_errors_and_its_end() -> None:
    together, gone = Together(asyncio.Event()), asyncio.Event()
    await together.start("good", Recorder().serve)
    gone.set()
    with pytest.raises(LookupError):
        await together.beside(unlucky(gone))
    await together.beside(asyncio.sleep(0))
    await together.drain()
