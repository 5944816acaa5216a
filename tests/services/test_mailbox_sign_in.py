"""The mailbox of replies: encrypted, trusting whoever is named, and by tokens where it takes no password."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from nurture.delivery.mailbox import mailbox_of
from nurture.http import Http
from nurture.relay.mailbox import MailboxRound
from tests.delivery.fakes.imap import FakeImap, imap
from tests.fixtures.content import House

MAIL = b"From: x@y.example\r\n\r\nHello"


async def new_mails(house: House, server: FakeImap, more: str = "", http: Http | None = None) -> int:
    return await MailboxRound(house.store, house.desk, mailbox_of(server.url + more), http=http).round()


async def test_a_server_is_trusted_by_the_certificate_that_is_named(
    house: House, certificate: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with imap(certificate, mails={1: MAIL}) as server:
        with caplog.at_level(logging.WARNING):
            assert await new_mails(house, server) == 0, "nobody vouches for it"
        assert server.said == [], "not even the password was said"
        assert [vars(one)["kind"] for one in caplog.records] == ["SSLCertVerificationError"]
        assert await new_mails(house, server, f"?ca={quote(str(certificate))}") == 1


@asynccontextmanager
async def authorisation(
    answers: list[Any],
) -> AsyncIterator[tuple[str, list[dict[str, list[str]]]]]:
    """An authorisation server that gives one answer after the other; its address, and what it was asked."""
    asked: list[Any] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        asked.append(parse_qs((await reader.readexactly(length)).decode()))
        body = json.dumps(answers.pop(0)).encode()
        status = b"400 Bad Request" if b"error" in body else b"200 OK"
        writer.write(
            b"HTTP/1.1 " + status + b"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        )
        writer.write(body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/token", asked


async def test_a_mailbox_without_a_password_is_opened_by_a_token(
    house: House, certificate: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = {"access_token": "stale", "expires_in": 3600, "refresh_token": "second"}
    answers = [first, {"access_token": "fresh", "expires_in": 3600}, {"error": "invalid_grant"}]
    http = Http(internal=["127.0.0.1"])
    async with (
        imap(certificate, mails={1: MAIL}, token="fresh", password="first") as server,
        authorisation(answers) as (url, asked),
    ):
        more = f"?ca={quote(str(certificate))}&token_url={quote(url)}&client_id=app&client_secret=hidden"
        look = MailboxRound(house.store, house.desk, mailbox_of(server.url + more), every=0, http=http)
        with caplog.at_level(logging.WARNING):
            assert await look.round() == 0, "the token is refused"
            assert await look.round() == 1, "so another one is got"
            server.mails[2] = MAIL
            assert await look.round() == 1, "and kept while it lasts"
            assert await new_mails(house, server, more, http) == 0, "no token, no mail"
    await http.close()
    assert [one["refresh_token"] for one in asked] == [["first"], ["second"], ["first"]]
    assert asked[0] == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["first"],
        "client_id": ["app"],
        "client_secret": ["hidden"],
    }
    assert [vars(one)["kind"] for one in caplog.records] == ["error", "http 400"]
    assert not [word for word in ("stale", "fresh", "hidden", "second") if word in caplog.text]
    assert not [said for said in server.said if "LOGIN" in said.upper()]
