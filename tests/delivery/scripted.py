"""An SMTP server that answers exactly as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

DROP = "drop"
"""In place of an answer: close the connection."""
ACCEPT_THEN_DROP = "accept then drop"
SILENCE = "silence"
ACCEPT_THEN_SILENCE = "accept then silence"

OK = {
    "greeting": "220 ready",
    "EHLO": "250-scripted\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250 SMTPUTF8",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}

Answer = str | list[str]
"""A list is used up one by one; its last stays."""


@dataclass
class Scripted:
    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    accepted: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    hang_up_now: list[asyncio.StreamWriter] = field(default_factory=list)

    def answer(self, word: str) -> str:
        answer = self.answers.get(word, OK.get(word, "500 what"))
        if isinstance(answer, list):
            return answer.pop(0) if len(answer) > 1 else answer[0]
        return answer

    def hang_up(self) -> None:
        """All connections, from outside of their dialogue."""
        for writer in self.hang_up_now:
            writer.transport.abort()
        self.hang_up_now.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.hang_up_now.append(writer)
        try:
            await self._dialogue(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _dialogue(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._say(reader, writer, "greeting", b""):
            return
        while line := await reader.readline():
            word = line.split()[0].decode().upper()
            self.commands.append(line.decode().strip())
            if not await self._say(reader, writer, word, b""):
                return
            if word == "QUIT":
                return
            if word == "DATA" and self._last.startswith("354"):
                body = await reader.readuntil(b"\r\n.\r\n")
                self.commands.append(".")
                if not await self._say(reader, writer, ".", body):
                    return

    _last: str = ""

    async def _say(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, word: str, body: bytes
    ) -> bool:
        self._last = answer = self.answer(word)
        if word == "." and answer.startswith(("2", "accept")):
            self.accepted.append(body.removesuffix(b".\r\n"))
        if answer in (DROP, ACCEPT_THEN_DROP):
            return False
        if answer in (SILENCE, ACCEPT_THEN_SILENCE):
            await reader.read()
            return False
        writer.write(answer.encode() + b"\r\n")
        await writer.drain()
        return not answer.startswith("421")


@asynccontextmanager
async def scripted(**answers: Answer) -> AsyncIterator[Scripted]:
    """`dot=` answers the final dot, `greeting=` opens; the others are SMTP words."""
    words = {"dot": ".", "greeting": "greeting"}
    script = Scripted(answers={words.get(name, name): answer for name, answer in answers.items()})
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0, limit=4_000_000)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        script.hang_up()
        await server.wait_closed()
