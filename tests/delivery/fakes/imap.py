"""A small IMAP server on this machine: sign-in, folders, UID SEARCH and UID FETCH, as RFC 3501 has them."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class FakeImap:
    mails: dict[int, bytes] = field(default_factory=dict)
    """By UID."""
    password: str = "secret"
    validity: int = 7
    said: list[str] = field(default_factory=list)
    port: int = 0
    token: str = ""
    """That XOAUTH2 must bring; empty: a password does."""
    scheme: str = "imap"
    withheld: set[int] = field(default_factory=set)
    """UIDs of mails that it does not hand out."""
    breaking: set[int] = field(default_factory=set)
    """Those over which it breaks off."""
    more: str = ""
    """Of the address, behind its folder."""

    @property
    def url(self) -> str:
        who = f"replies%40ours.example:{self.password}"
        return f"{self.scheme}://{who}@127.0.0.1:{self.port}/INBOX{self.more}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        try:
            while line := await reader.readline():
                tag, _, command = line.decode().strip().partition(" ")
                self.said.append(command)
                if command.upper() == "AUTHENTICATE XOAUTH2":
                    writer.write(await self._asked_for_token(tag, reader, writer))
                    continue
                if command.startswith("UID FETCH") and int(command.split()[2]) in self.breaking:
                    break
                for answer in self._answers(command):
                    writer.write(answer)
                writer.write(f"{tag} {self._status(command)}\r\n".encode())
                await writer.drain()
                if command.upper().startswith("LOGOUT"):
                    break
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _asked_for_token(
        self, tag: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes:
        """Who brings another one is told why, and answers with an empty line before the server says no."""
        writer.write(b"+ \r\n")
        given = b64decode(await reader.readline()).decode()
        if given == f"user=replies@ours.example\x01auth=Bearer {self.token}\x01\x01":
            return f"{tag} OK signed in\r\n".encode()
        writer.write(b"+ " + b64encode(b'{"status":"400"}') + b"\r\n")
        assert (await reader.readline()).strip() == b""
        return f"{tag} NO refused\r\n".encode()

    def _status(self, command: str) -> str:
        if command.upper().startswith("LOGIN") and f'"{self.password}"' not in command:
            return "NO [AUTHENTICATIONFAILED] no"
        if command.startswith("UID FETCH") and int(command.split()[2]) in self.withheld:
            return "NO [SERVERBUG] it is broken"
        return "OK done"

    def _answers(self, command: str) -> list[bytes]:
        words = command.upper().split()
        match words[:2]:
            case ["CAPABILITY", *_]:
                return [b"* CAPABILITY IMAP4rev1\r\n"]
            case ["EXAMINE" | "SELECT", *_]:
                told = f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] ok\r\n"
                return [told.encode()]
            case ["UID", "SEARCH"]:
                return [f"* SEARCH {' '.join(map(str, self._found(words[2:])))}\r\n".encode()]
            case ["UID", "FETCH"]:
                raw = self.mails.get(uid := int(words[2]))
                if raw is None:
                    return []
                head = f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n"
                return [head.encode() + raw + b")\r\n"]
        return []

    def _found(self, criteria: list[str]) -> list[int]:
        if criteria[0] == "UID":
            first = int(criteria[1].partition(":")[0])
            above = [uid for uid in self.mails if uid >= first]
            return above or [max(self.mails)] if self.mails else []
        return list(self.mails)


@asynccontextmanager
async def imap(certificate: Path | None = None, **given: object) -> AsyncIterator[FakeImap]:
    """``certificate``: all that is said is encrypted with it."""
    fake = FakeImap(**given)  # type: ignore[arg-type]
    trust = None
    if certificate:
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(certificate)
        fake.scheme = "imaps"
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0, ssl=trust)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
        await server.wait_closed()
