"""Questions to the DNS, by the system's resolver or by one that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdata
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.TXT
import dns.resolver
import dns.reversename

SECONDS = 4.0
"""For one question, with all its repetitions."""


class NoDns(Exception):
    """The DNS did not answer, or not to be understood: nothing is known."""


class Dns:
    """For one look: what it was told it does not ask again."""

    def __init__(self, server: str = "") -> None:
        """``server``: ``address`` or ``address:port``; empty: the system's."""
        try:
            self._resolver = dns.asyncresolver.Resolver(configure=not server)
        except dns.resolver.NoResolverConfiguration:
            raise NoDns("this system names no DNS server") from None
        if server:
            address, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
            self._resolver.nameservers = [address]
            self._resolver.port = int(port or 53)
        self._resolver.lifetime = SECONDS
        self._asked: dict[tuple[str, str], asyncio.Task[Sequence[dns.rdata.Rdata]]] = {}
        """Each question once, also where several ask it at the same moment."""

    async def texts(self, name: str) -> list[str]:
        """TXT records; a long one may stand there in parts."""
        found = await self._ask(name, "TXT")
        return [
            b"".join(one.strings).decode("utf-8", "replace")
            for one in found
            if isinstance(one, dns.rdtypes.ANY.TXT.TXT)
        ]

    async def addresses(self, name: str) -> list[str]:
        return [str(one) for kind in ("A", "AAAA") for one in await self._ask(name, kind)]

    async def exchangers(self, name: str) -> list[str]:
        found = [one for one in await self._ask(name, "MX") if isinstance(one, dns.rdtypes.ANY.MX.MX)]
        return [_plain(one.exchange) for one in sorted(found, key=lambda one: one.preference)]

    async def names_of(self, address: str) -> list[str]:
        """PTR records of an address."""
        return [_plain(one) for one in await self._ask(str(dns.reversename.from_address(address)), "PTR")]

    async def _ask(self, name: str, kind: str) -> Sequence[dns.rdata.Rdata]:
        question = name.lower(), kind
        if question not in self._asked:
            self._asked[question] = asyncio.create_task(self._resolve(name, kind))
        return await self._asked[question]

    async def _resolve(self, name: str, kind: str) -> Sequence[dns.rdata.Rdata]:
        try:
            answer = await self._resolver.resolve(name, kind, raise_on_no_answer=False, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.YXDOMAIN):
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise NoDns(type(error).__name__) from None
        return list(answer.rrset or ())


def _plain(name: object) -> str:
    return str(name).rstrip(".").lower()
