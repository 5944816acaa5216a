"""Bodies offered to a web server at a steady pace, whether or not those before are answered (an open loop).
What a body waits for a line of ours counts as the server's delay."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LINES = 16
"""Connections to each server, kept open."""


@dataclass
class Answers:
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """From the moment that each was due until its answer."""
    took: float = 0.0

    def within(self, share: float) -> float:
        """Seconds in which so large a share was answered."""
        return sorted(self.seconds)[max(0, int(len(self.seconds) * share) - 1)]


@dataclass(frozen=True)
class Body:
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    def written(self, path: str) -> bytes:
        given = {"Host": "127.0.0.1", "Content-Length": str(len(self.content)), **self.headers}
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.content


async def offered(ports: Sequence[int], path: str, bodies: Sequence[Body], a_second: float) -> Answers:
    """Each server gets every second, third, ... of them."""
    found = Answers()
    queues: list[asyncio.Queue[tuple[float, bytes]]] = [asyncio.Queue() for _ in ports]
    lines = [
        asyncio.create_task(_line(port, waiting, found))
        for port, waiting in zip(ports, queues, strict=True)
        for _ in range(LINES)
    ]
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, body in enumerate(bodies):
        due = began + number / a_second
        await asyncio.sleep(max(0.0, due - loop.time()))
        queues[number % len(ports)].put_nowait((due, body.written(path)))
    for waiting in queues:
        await waiting.join()
    found.took = loop.time() - began
    for line in lines:
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)
    return found


async def _line(port: int, waiting: asyncio.Queue[tuple[float, bytes]], found: Answers) -> None:
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            due, written = await waiting.get()
            writer.write(written)
            found.statuses.append(await _status(reader))
            found.seconds.append(loop.time() - due)
            waiting.task_done()
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = head.partition("content-length:")[2].partition("\r\n")[0]
    await reader.readexactly(int(length or 0))
    return int(head.split(" ", 2)[1])
