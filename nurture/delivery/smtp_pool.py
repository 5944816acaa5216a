"""Connections to one SMTP server, kept for the next mail."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal, cast

from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPServerDisconnected

from nurture.domain.errors import NurtureError
from nurture.settings import LOOPBACK

Tls = Literal["off", "starttls", "tls"]
GOODBYE_SECONDS = 2.0


class OpenLine(NurtureError):
    """A password would go over a line that anybody on it can read."""

    def __init__(self) -> None:
        super().__init__(
            "A password goes to a mail server over an encrypted line only, or stays on this machine.",
            "Set NURTURE_SMTP_TLS, or ?tls= in NURTURE_MAIL_URL, to starttls (587 and 25) or tls (465).",
        )


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = "off"
    ca_file: str | None = None
    """Trusted besides the system's own certificates."""
    local_hostname: str | None = None
    pool: int = 4
    mails_per_connection: int = 100
    idle_seconds: float = 30.0
    connect_seconds: float = 20.0
    command_seconds: float = 60.0
    dot_seconds: float = 600.0
    """How long the server may take to answer the final dot; RFC 5321 4.5.3.2.6 asks for 10 minutes."""

    def __post_init__(self) -> None:
        """Raises OpenLine."""
        if self.tls == "off" and (self.user or self.password) and self.host.lower() not in LOOPBACK:
            raise OpenLine


class Connection:
    """One connection; `carried` mails so far, `usable` while its dialogue is in a known state."""

    def __init__(self, client: SMTP) -> None:
        self.client = client
        self.carried = 0
        self.idle_since = 0.0
        self.usable = True

    @property
    def is_open(self) -> bool:
        return self.client.is_connected

    def supports(self, extension: str) -> bool:
        return self.client.supports_extension(extension)

    async def command(self, *words: str, seconds: float) -> SMTPResponse:
        return await self.client.execute_command(*(word.encode() for word in words), timeout=seconds)

    async def write(self, data: bytes, seconds: float) -> None:
        """All of it given to the system, none left in our own buffer."""
        if self.client.protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        transport = cast(asyncio.WriteTransport, self.client.transport)
        self.client.protocol.write(data)
        async with asyncio.timeout(seconds):
            # aiosmtplib offers no drain; most mails fit the socket's buffer and never come to the sleep.
            while transport.get_write_buffer_size() and not transport.is_closing():  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    def drop(self) -> None:
        """Close at once; what was not yet written never is."""
        self.usable = False
        if self.client.transport is not None:
            cast(asyncio.WriteTransport, self.client.transport).abort()
        self.client.close()


class Pool:
    """At most `settings.pool` connections at a time; the one used last is used next: few stay open."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._places = asyncio.Semaphore(settings.pool)
        self._idle: list[Connection] = []
        self._trust: ssl.SSLContext | None = None
        self._local_hostname = settings.local_hostname

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A right to one connection at a time."""
        async with self._places:
            yield

    async def take(self, *, fresh: bool = False) -> Connection:
        """An idle connection, or a new one; `carried` tells which. Raises SMTPException or OSError."""
        await self._close_stale(all_of_them=fresh)
        return self._idle.pop() if self._idle else await self._open()

    async def give_back(self, connection: Connection) -> None:
        connection.carried += 1
        if not (connection.usable and connection.is_open):
            connection.drop()
        elif connection.carried >= self._settings.mails_per_connection:
            await _say_goodbye(connection)
        else:
            connection.idle_since = time.monotonic()
            self._idle.append(connection)

    async def close(self) -> None:
        await self._close_stale(all_of_them=True)

    async def _close_stale(self, *, all_of_them: bool) -> None:
        oldest = time.monotonic() - self._settings.idle_seconds
        stale = [
            connection
            for connection in self._idle
            if all_of_them or connection.idle_since < oldest or not connection.is_open
        ]
        # Out of the list before the first await: nobody else may take one that is being closed.
        self._idle = [connection for connection in self._idle if connection not in stale]
        await asyncio.gather(*(_say_goodbye(connection) for connection in stale))

    async def _open(self) -> Connection:
        settings = self._settings
        client = SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user or None,
            password=settings.password or None,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            tls_context=self._trusted(),
            local_hostname=self._local_hostname,
            timeout=settings.connect_seconds,
        )
        connection = Connection(client)
        try:
            await client.connect()
            if client.last_ehlo_response is None:
                await client.ehlo()
        except BaseException:  # also when cancelled: no half-open connection stays behind
            connection.drop()
            raise
        self._local_hostname = client.local_hostname  # looked up once: it may ask the DNS
        return connection

    def _trusted(self) -> ssl.SSLContext | None:
        if self._trust is None and self._settings.tls != "off":
            self._trust = ssl.create_default_context()
            if self._settings.ca_file:
                self._trust.load_verify_locations(self._settings.ca_file)
        return self._trust


async def _say_goodbye(connection: Connection) -> None:
    try:
        if connection.is_open:
            with contextlib.suppress(SMTPException, OSError):
                await connection.command("QUIT", seconds=GOODBYE_SECONDS)
    finally:
        connection.drop()
