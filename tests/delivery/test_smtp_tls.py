"""Encrypted and signed in, against aiosmtpd with a certificate of our own making."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from nurture.delivery.provider import Outcome, Verdict
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from tests.delivery.sending import MAIL, TO_HER, Gate


class Sink:
    def __init__(self) -> None:
        self.taken: list[tuple[bool, bool]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append((session.ssl is not None, session.authenticated))
        return "250 OK"


@asynccontextmanager
async def server(
    certificate: Path, *, implicit: bool = False, **more: Any
) -> AsyncIterator[tuple[int, Sink]]:
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(certificate)
    sink = Sink()
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        return SMTP(sink, hostname="x", loop=loop, tls_context=None if implicit else trust, **more)

    listening = await loop.create_server(connection, "127.0.0.1", 0, ssl=trust if implicit else None)
    try:
        yield listening.sockets[0].getsockname()[1], sink
    finally:
        listening.close()


async def send(port: int, **more: Any) -> Outcome:
    provider = SmtpProvider(SmtpSettings(host="127.0.0.1", port=port, local_hostname="ours.example", **more))
    try:
        return await provider.deliver(MAIL, TO_HER, Gate().mark)
    finally:
        await provider.close()
        await asyncio.sleep(0.05)  # aiosmtpd ends its side


def only_us(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data.password == b"right", handled=False)


SIGNED_IN: dict[str, Any] = {"require_starttls": True, "auth_required": True, "authenticator": only_us}


async def test_starttls_and_sign_in(certificate: Path) -> None:
    async with server(certificate, **SIGNED_IN) as (
        port,
        sink,
    ):
        outcome = await send(port, tls="starttls", ca_file=str(certificate), user="us", password="right")
    assert outcome.verdict is Verdict.SENT
    assert sink.taken == [(True, True)]


async def test_a_wrong_password_is_the_channels_fault(certificate: Path) -> None:
    async with server(certificate, **SIGNED_IN) as (
        port,
        sink,
    ):
        outcome = await send(port, tls="starttls", ca_file=str(certificate), user="us", password="wrong")
    assert (outcome.verdict, outcome.reason, outcome.code) == (Verdict.UNREACHED, "auth-refused", 535)
    assert sink.taken == []


async def test_tls_from_the_first_byte(certificate: Path) -> None:
    async with server(certificate, implicit=True) as (port, sink):
        outcome = await send(port, tls="tls", ca_file=str(certificate))
    assert outcome.verdict is Verdict.SENT
    assert len(sink.taken) == 1


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_a_stranger_s_certificate_is_not_taken(certificate: Path, tls: str) -> None:
    async with server(certificate, implicit=tls == "tls") as (port, sink):
        outcome = await send(port, tls=tls)
    assert (outcome.verdict, outcome.reason) == (Verdict.UNREACHED, "tls-failed")
    assert sink.taken == []


async def test_no_password_is_sent_in_the_clear(certificate: Path) -> None:
    async with server(certificate, authenticator=only_us) as (port, sink):
        outcome = await send(port, tls="off", user="us", password="right")
    assert outcome.verdict is Verdict.UNREACHED
    assert sink.taken == []
