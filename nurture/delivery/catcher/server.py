"""The catcher's SMTP side."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from nurture.delivery.catcher.faults import Dice, Faults
from nurture.delivery.catcher.mails import KEPT, CaughtSummary, MailStore

LARGEST_MAIL = 10 * 1024 * 1024


class Catcher:
    """Use as `async with Catcher(...) as catcher`; port 0 takes a free one."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        log: Path | None = None,
        faults: Faults | None = None,
        answer_after: float = 0.0,
        kept: int = KEPT,
    ) -> None:
        self.host = host
        self.port = port
        self.store = MailStore(log, kept=kept)
        self._handler = _Handler(self.store, faults or Faults(), answer_after)
        self._server: asyncio.Server | None = None
        self._connections: set[SMTP] = set()

    @property
    def mails(self) -> list[CaughtSummary]:
        """Oldest first."""
        return self.store.all()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.close()
            for connection in self._connections:
                _abort(connection)
            await self._server.wait_closed()
            await asyncio.sleep(0)  # lets the connections hear that they are closed
        self.store.close()

    def _connection(self) -> Any:
        self._connections = {open_ for open_ in self._connections if open_.transport is not None}
        connection = SMTP(
            self._handler,
            hostname="catcher.localhost",
            ident="nurture",
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_MAIL,
            loop=asyncio.get_running_loop(),
        )
        self._connections.add(connection)
        return connection


class _Handler:
    """Its methods are named after aiosmtpd's hooks."""

    def __init__(self, store: MailStore, faults: Faults, answer_after: float) -> None:
        self._store = store
        self._faults = faults
        self._dice = Dice(faults)
        self._answer_after = answer_after

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._dice.next_try(address)
        if self._faults.refuse(address):
            return "550 5.1.1 No such mailbox here"
        if self._dice.falls("drop_at_rcpt", address):
            await _hang_up(server)
        if self._dice.falls("defer_at_rcpt", address):
            return "450 4.2.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        if self._dice.falls("defer_after_data", recipient):
            return "451 4.3.0 Try again later"
        if self._dice.falls("drop_before_accept", recipient):
            await _hang_up(server)
        for address in envelope.rcpt_tos:
            self._store.append(envelope.original_content or b"", envelope.mail_from or "", address)
        if self._dice.falls("accept_then_drop", recipient):
            await _hang_up(server)
        if self._answer_after:
            await asyncio.sleep(self._answer_after)
        return "250 2.0.0 OK"


async def _hang_up(server: SMTP) -> None:
    _abort(server)
    await asyncio.Event().wait()  # the lost connection cancels this


def _abort(server: SMTP) -> None:
    if server.transport is not None:
        cast(asyncio.Transport, server.transport).abort()
