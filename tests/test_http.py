from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address

import pytest

from nurture.http import CallFailed, Http, is_public


class Canary:
    """Counts connections to this machine; answers with whatever it is told."""

    def __init__(self) -> None:
        self.connections = 0
        self.answer = b"HTTP/1.1 204 No Content\r\n\r\n"

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@pytest.fixture
async def canary() -> AsyncIterator[tuple[Canary, int]]:
    here = Canary()
    server = await asyncio.start_server(here.meet, "127.0.0.1", 0)
    yield here, server.sockets[0].getsockname()[1]
    server.close()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "127.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "100.64.0.1",
        "10.0.0.1",
        "192.168.0.1",
        "224.0.0.1",
    ],
)
async def test_our_own_network_is_out_of_reach(canary: tuple[Canary, int], host: str) -> None:
    here, port = canary
    http = Http(seconds=2)
    with pytest.raises(CallFailed, match=r"not a public address|unknown host"):
        await http.post(f"http://{host}:{port}/", b"", {})
    assert here.connections == 0
    await http.close()


async def test_a_host_inside_can_be_allowed_by_name(canary: tuple[Canary, int]) -> None:
    here, port = canary
    http = Http(internal=["LocalHost"])
    assert (await http.post(f"http://localhost:{port}/", b"", {})).status == 204
    with pytest.raises(CallFailed, match="not a public address"):
        await http.post(f"http://127.0.0.1:{port}/", b"", {})
    assert here.connections == 1
    await http.close()


async def test_the_name_is_asked_once_and_the_address_that_was_looked_at_is_called(
    canary: tuple[Canary, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that gives a public address first and ours afterwards gains nothing."""
    here, port = canary
    answers = ["203.0.113.7", "127.0.0.1"]
    asked: list[str] = []
    loop = asyncio.get_running_loop()

    async def getaddrinfo(host: str, *_args: object, **_more: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = answers.pop(0) if host == "rebind.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr("nurture.http.is_public", lambda address: str(address) == "203.0.113.7")
    http = Http(seconds=0.5)
    with pytest.raises(CallFailed, match=r"timeout|no connection"):
        await http.post(f"http://rebind.example:{port}/", b"", {})
    assert asked.count("rebind.example") == 1
    assert here.connections == 0
    await http.close()


async def test_redirects_are_not_followed(canary: tuple[Canary, int]) -> None:
    here, port = canary
    here.answer = f"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{port}/x\r\n\r\n".encode()
    http = Http(internal=["127.0.0.1"])
    assert (await http.post(f"http://127.0.0.1:{port}/", b"", {})).status == 302
    assert here.connections == 1
    await http.close()


async def test_only_the_beginning_of_an_answer_is_read(canary: tuple[Canary, int]) -> None:
    here, port = canary
    here.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 5000000\r\n\r\n" + b"x" * 100_000
    http = Http(internal=["127.0.0.1"])
    reply = await http.post(f"http://127.0.0.1:{port}/", b"", {})
    assert reply.text == "x" * 2000
    await http.close()


async def test_nonsense_is_a_broken_connection(canary: tuple[Canary, int]) -> None:
    here, port = canary
    here.answer = b"SSH-2.0-OpenSSH\r\n\r\n"
    http = Http(internal=["127.0.0.1"])
    with pytest.raises(CallFailed, match="broken connection"):
        await http.post(f"http://127.0.0.1:{port}/", b"", {})
    await http.close()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), ("9" * 40, None), ("", None)],
)
async def test_retry_after(canary: tuple[Canary, int], value: str, seconds: float | None) -> None:
    here, port = canary
    here.answer = f"HTTP/1.1 503 No\r\nretry-after: {value}\r\n\r\n".encode()
    http = Http(internal=["127.0.0.1"])
    assert (await http.post(f"http://127.0.0.1:{port}/", b"", {})).retry_after == seconds
    await http.close()


def test_public_addresses() -> None:
    assert is_public(ip_address("93.184.216.34"))
    assert is_public(ip_address("2606:4700::1111"))
    assert is_public(ip_address("::ffff:93.184.216.34"))
