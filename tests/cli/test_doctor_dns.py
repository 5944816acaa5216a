"""`nurture doctor` against a DNS server on this machine: what is to be written can be copied."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nurture.cli.main import run
from tests.delivery.dns.fake import serving


@pytest.fixture
def dns_port() -> Iterator[int]:
    """Of a server that knows one exchanger, in a thread: the command has a loop of its own."""
    ready, done, ports = threading.Event(), threading.Event(), list[int]()

    async def serve() -> None:
        async with serving({("ours.example", "MX"): ["10 mx.ours.example."]}) as server:
            ports.append(server.port)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    yield ports[0]
    done.set()
    thread.join()


def test_it_says_what_the_dns_lacks(
    sqlite_url: str,
    dns_port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in {
        "DATABASE_URL": sqlite_url,
        "DATA_DIR": str(tmp_path),
        "DNS": f"127.0.0.1:{dns_port}",
        "SENDER_ADDRESS": "news@ours.example",
    }.items():
        monkeypatch.setenv(f"NURTURE_{name}", value)
    assert run(["doctor"]) == 1
    said = capsys.readouterr().out
    for line in ("BAD   SPF ours.example", "look  DKIM ours.example", "BAD   DMARC ours.example"):
        assert line in said
    assert "ok    MX ours.example mx.ours.example" in said
    assert "BAD   one-click" in said
    write = '_dmarc.ours.example. TXT "v=DMARC1; p=none; rua=mailto:postmaster@ours.example"'
    assert f"\n          {write}\n" in said


def test_each_account_is_looked_at_for_the_domains_that_it_carries(
    sqlite_url: str,
    dns_port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text("accounts:\n  main: {senders: [ours.example]}\n  other: {senders: [else.example]}\n")
    for name, value in {
        "DATABASE_URL": sqlite_url,
        "DATA_DIR": str(tmp_path),
        "DNS": f"127.0.0.1:{dns_port}",
        "SENDER_ADDRESS": "news@ours.example",
        "COMPANY_NAME": "Ours",
        "ACCOUNTS": str(file),
        "MAIL_URL": "resend://key@default?lookup=off",
        "MAIL_URL_OTHER": "postmark://token@default?lookup=off",
        "DELIVERY": "send",
    }.items():
        monkeypatch.setenv(f"NURTURE_{name}", value)
    assert run(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "SPF ours.example by main" in said
    assert "include:amazonses.com" in said
    assert "by other" not in said, "it carries no domain that anybody sends from"
    file.write_text("accounts: {main: {}, other: {}}\n")
    assert run(["doctor"]) == 1
    said = capsys.readouterr().out
    assert (said.count("DMARC ours.example"), said.count("MX ours.example")) == (1, 1)
    assert "SPF ours.example by main" in said
    assert "SPF ours.example by other" in said
