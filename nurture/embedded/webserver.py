"""uvicorn as one service among others: it listens on our socket, and our process decides when it stops."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn

from nurture.access_log import AccessLog, App
from nurture.domain.errors import NurtureError

DRAINS_WITHIN = 10
"""Seconds for the requests that are being answered."""


class WebDied(NurtureError):
    """The app did not come up; its own log lines say why."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # signals are the process's affair

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets=sockets)
        except SystemExit as error:  # uvicorn would leave the process from inside our loop
            raise WebDied("the web app did not start", "the log has its error") from error


async def serve(app: App, bound: socket.socket, stop: asyncio.Event, ready: asyncio.Event) -> None:
    config = uvicorn.Config(
        _untyped(AccessLog(app)),
        log_config=None,
        access_log=False,  # it would print paths, and tokens and addresses with them
        server_header=False,
        timeout_graceful_shutdown=DRAINS_WITHIN,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.02)
    if server.started:
        ready.set()
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        server.should_exit = True
    await serving


def _untyped(app: App) -> Any:
    return app
