"""The one module that speaks HTTP as a client: short, without redirects, not into our own network."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from nurture.domain.errors import NurtureError

SECONDS = 10.0
"""For a whole call."""
MOST_TEXT = 2000
"""Bytes of an answer that are read."""
TUNNELS = tuple(IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Addresses that carry another one inside."""


class CallFailed(NurtureError):
    """There was no answer. ``kind`` says why in a word or two, and never where."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the call failed ({kind})")
        self.kind = kind


@dataclass(frozen=True)
class Reply:
    status: int
    text: str
    """Its beginning."""
    retry_after: float | None
    """Seconds."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By names in lower case."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Http:
    """``internal``: hosts, as written in addresses, that may be inside our own network."""

    def __init__(self, *, internal: Collection[str] = (), seconds: float = SECONDS) -> None:
        self._seconds = seconds
        transport = _Guarded(frozenset(host.casefold() for host in internal))
        # Shorter to connect than in all: only so is it known that nothing has arrived.
        patience = httpx.Timeout(seconds, connect=seconds / 2)
        self._client = httpx.AsyncClient(
            transport=transport, timeout=patience, follow_redirects=False, trust_env=False
        )

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], most: int = MOST_TEXT) -> Reply:
        """``most``: bytes of the answer that are read. Raises CallFailed."""
        return await self._call("POST", url, body, headers, most)

    async def get(self, url: str, most: int = MOST_TEXT) -> Reply:
        """``most``: bytes of the answer that are read. Raises CallFailed."""
        return await self._call("GET", url, b"", {}, most)

    async def ask(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str], most: int = MOST_TEXT
    ) -> Reply:
        """``most``: bytes of the answer that are read. Raises CallFailed."""
        return await self._call(method, url, body, headers, most)

    async def _call(self, method: str, url: str, body: bytes, headers: Mapping[str, str], most: int) -> Reply:
        # The beginning of an answer is read as it comes: packed it could not be.
        given = {"accept-encoding": "identity", **headers}
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream(method, url, content=body, headers=given) as response,
            ):
                text = await _beginning(response, most)
                named = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status_code, text, _retry_after(response), named)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise CallFailed("no connection") from None
        except (TimeoutError, httpx.TimeoutException):
            raise CallFailed("timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise CallFailed("broken connection") from None

    async def close(self) -> None:
        await self._client.aclose()


class _Guarded(httpx.AsyncBaseTransport):
    """Resolves a name once, and connects to the address that was looked at."""

    def __init__(self, internal: frozenset[str]) -> None:
        self._internal = internal
        self._inner = httpx.AsyncHTTPTransport(verify=_trusted(), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if host.casefold() not in self._internal:
            address = await _public_address(host, request.url.port or 443)
            request.url = request.url.copy_with(host=str(address))
            request.extensions = {**request.extensions, "sni_hostname": host}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@cache
def _trusted() -> ssl.SSLContext:
    """Read once: it takes longer than many a call."""
    return httpx.create_ssl_context(trust_env=False)


async def _public_address(host: str, port: int) -> IPv4Address | IPv6Address:
    """Every address of the name must be public: a name may not lead to two places."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CallFailed("unknown host") from None
    addresses = [ip_address(str(info[4][0]).partition("%")[0]) for info in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise CallFailed("not a public address")
    return addresses[0]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if any(address in tunnel for tunnel in TUNNELS):
            return False
    return address.is_global and not address.is_multicast


async def _beginning(response: httpx.Response, most: int) -> str:
    text = b""
    async for chunk in response.aiter_raw():
        text += chunk
        if len(text) >= most:
            break
    return text[:most].decode("utf-8", "replace")


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "").strip()
    if value.isdigit() and len(value) < 9:
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
