"""A line to PostgreSQL on which some commits are done, and broken off before anybody is told. It has a thread
of its own, as tests that commit block theirs."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import URL, make_url

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""As the driver asks for it, in a message of its own."""
READY = b"Z\x00\x00\x00\x05I"
"""The end of the answer: no transaction is open any more."""
WRITES = (b"INSERT ", b"UPDATE ", b"DELETE ")
"""What reads alone is not broken off: a driver that asks for types while it connects is not our matter."""
PIECE = 65536


@dataclass
class Cutting:
    """``share``: of the commits whose answer is lost; 0 until somebody sets it."""

    target: URL
    dice: Random
    share: float = 0.0
    cut: int = 0
    commits: int = 0
    url: str = ""
    stop: Callable[[], object] = lambda: None
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = await self._connect()
        self._lines |= {writer, server[1]}
        answering = asyncio.create_task(_copy(server[0], writer))
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                wrote = False
                while piece := await reader.read(PIECE):
                    cut = piece == COMMIT and wrote and self._chosen()
                    wrote = piece != COMMIT and (wrote or any(word in piece for word in WRITES))
                    if cut:
                        answering.cancel()
                        await asyncio.wait([answering])  # two may not read from it
                    server[1].write(piece)
                    if cut:
                        await server[0].readuntil(READY)
                        break
        finally:
            answering.cancel()
            for line in (writer, server[1]):
                line.transport.abort()
                self._lines.discard(line)

    def _chosen(self) -> bool:
        self.commits += self.share > 0
        chosen = self.dice.random() < self.share
        self.cut += chosen
        return chosen

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host = str(self.target.query.get("host") or self.target.host)
        port = int(str(self.target.query.get("port") or self.target.port or 5432))
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        there = self.target.set(host="127.0.0.1", port=server.sockets[0].getsockname()[1], query={})
        self.url = there.render_as_string(hide_password=False)
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        self.stop = lambda: loop.call_soon_threadsafe(stop.set)
        ready.set()
        await stop.wait()
        server.close()
        for line in self._lines:
            line.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
    writer.transport.abort()


@contextlib.contextmanager
def cutting(url: str, dice: Random) -> Iterator[Cutting]:
    line, ready = Cutting(make_url(url), dice), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(line.serve(ready)))
    thread.start()
    ready.wait()
    try:
        yield line
    finally:
        line.stop()
        thread.join()
