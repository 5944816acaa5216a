"""A small IMAP server on this machine: sign-in, folders, UID SEARCH and UID FETCH, as RFC 3501 has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class FakeImap:
    mails: dict[int, bytes] = field(default_factory=dict)
    """By UID."""
    password: str = "secret"
    validity: int = 7
    said: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"imap://replies%40ours.example:{self.password}@127.0.0.1:{self.port}/INBOX"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        try:
            while line := await reader.readline():
                tag, _, command = line.decode().strip().partition(" ")
                self.said.append(command)
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

    def _status(self, command: str) -> str:
        if command.upper().startswith("LOGIN") and f'"{self.password}"' not in command:
            return "NO [AUTHENTICATIONFAILED] no"
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
async def imap(**given: object) -> AsyncIterator[FakeImap]:
    fake = FakeImap(**given)  # type: ignore[arg-type]
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
        await server.wait_closed()
