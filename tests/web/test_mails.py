from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from nurture.clock import RealClock
from nurture.delivery.catcher import MailStore
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.web.app import create_app
from tests.rows import Rows

Client = httpx.AsyncClient
HERE = "http://127.0.0.1:8080"
HTML = (
    '<html><body><p>Hello</p><script>alert(1)</script><a href="https://ours.example/x">Read</a></body></html>'
)


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[MailStore]:
    store = MailStore(tmp_path / "mails.jsonl")
    for number, subject in enumerate(("Your guide", "A <b>case</b> study")):
        mail = EmailMessage()
        mail["Subject"] = subject
        mail["From"], mail["To"] = "hello@ours.example", f"p{number}@ours.example"
        mail["Message-ID"] = f"<{number}@ours.example>"
        mail.set_content("Hello in plain text")
        mail.add_alternative(HTML, subtype="html")
        store.append(mail.as_bytes(), "hello@ours.example", f"p{number}@ours.example")
    yield store
    store.close()


@pytest.fixture
def catching(settings: Settings, sqlite_store: Store, mails: MailStore) -> FastAPI:
    Rows(sqlite_store).installed()
    return create_app(settings, sqlite_store, RealClock(), catcher=mails)


@pytest.fixture
async def here(catching: FastAPI) -> AsyncIterator[Client]:
    async with Client(transport=httpx.ASGITransport(catching), base_url=HERE) as client:
        yield client


async def test_the_latest_come_first_and_can_be_searched(here: Client) -> None:
    page = (await here.get("/mails")).text
    assert page.index("A &lt;b&gt;case&lt;/b&gt; study") < page.index("Your guide")
    found = (await here.get("/mails", params={"search": "P0@ours"})).text
    assert "Your guide" in found
    assert "case" not in found
    assert "Nothing matches" in (await here.get("/mails", params={"search": "zzz"})).text


async def test_a_mail_is_shown_in_a_frame_where_nothing_runs(here: Client, mails: MailStore) -> None:
    mail_id = mails.recent()[0].id
    page = (await here.get(f"/mails/{mail_id}")).text
    assert f'src="/mails/{mail_id}/html"' in page
    assert 'sandbox="allow-popups' in page
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page
    assert "Hello in plain text" in page
    assert "<script>alert" not in page
    shown = await here.get(f"/mails/{mail_id}/html")
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert 'target="_blank"' in shown.text


async def test_a_mail_that_is_none(here: Client) -> None:
    for path in ("/mails/999999", "/mails/999999/html", "/mails/nonsense"):
        assert (await here.get(path)).status_code == 404


async def test_from_elsewhere_one_must_be_signed_in(catching: FastAPI) -> None:
    proxied = "https://mail.example"  # by a proxy of this machine, or a page whose name points to it
    for client_address, name in (("203.0.113.9", HERE), ("testclient", HERE), ("127.0.0.1", proxied)):
        transport = httpx.ASGITransport(catching, client=(client_address, 5000))
        async with Client(transport=transport, base_url=name) as client:
            for path in ("/mails", "/mails/0", "/mails/0/html"):
                assert (await client.get(path)).headers["location"] == "/signin"


async def test_where_mail_is_live_there_are_no_such_pages(client: Client) -> None:
    assert (await client.get("/mails")).status_code == 404
