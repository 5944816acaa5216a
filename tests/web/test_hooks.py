"""Webhooks of providers at our door: proved, kept first, and answered as each provider needs it."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import create_engine, select
from sqlalchemy.exc import OperationalError

from nurture.clock import RealClock
from nurture.delivery.hooks import NotNow
from nurture.delivery.providers.resend import ResendHook
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import inbox
from nurture.web import patience
from nurture.web.app import create_app
from tests.delivery.fakes import mailgun, resend, sendgrid
from tests.rows import HOME, Rows

Client = httpx.AsyncClient
KEYS = {"mailgun": mailgun.SECRET, "resend": resend.SECRET, "sendgrid": sendgrid.PUBLIC, "brevo": "u:p"}
EVENT: dict[str, Any] = {"event-data": {"event": "complained", "id": "1"}}


def asked(settings: Settings, store: Store, provider: str) -> Client:
    values = settings.model_dump() | {"delivery": "send", "mail_url": SecretStr(f"{provider}://k@h")}
    app = create_app(Settings(**values | {"mail_webhook_key": SecretStr(KEYS[provider])}), store, RealClock())
    return Client(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=HOME)


def kept(store: Store) -> list[Any]:
    return store.read_sync(lambda conn: list(conn.execute(select(inbox).order_by(inbox.c.id))))


async def test_without_a_key_no_webhook_is_taken(client: Client, store: Store) -> None:
    assert (await client.post("/hooks/postmark", json={})).status_code == 404
    assert kept(store) == []


async def test_kept_once_as_it_came(settings: Settings, store: Store, rows: Rows) -> None:
    headers, body = resend.signed('{"type": "email.sent",  "data": {}}', "msg_1")
    async with asked(settings, store, "resend") as client:
        answers = [await client.post("/hooks/resend", content=body, headers=headers) for _ in range(3)]
        other = await client.post("/hooks/postmark", content=body, headers=headers)
    assert [answer.status_code for answer in answers] == [200] * 3
    assert other.status_code == 404
    (row,) = kept(store)
    assert (row.source, row.key, row.body, row.state) == ("resend", "msg_1", body, "new")
    assert row.headers == {"svix-id": "msg_1"}  # nothing that proves or lets in


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 3650])
async def test_a_time_too_far_from_ours_is_refused_both_ways(
    settings: Settings, store: Store, rows: Rows, minutes: int
) -> None:
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    async with asked(settings, store, "resend") as client:
        headers, body = resend.signed("{}", "msg_1", at)
        assert (await client.post("/hooks/resend", content=body, headers=headers)).status_code == 401
    async with asked(settings, store, "sendgrid") as client:
        headers, body = sendgrid.signed(b"[]", at.timestamp())
        assert (await client.post("/hooks/sendgrid", content=body, headers=headers)).status_code == 401
    assert kept(store) == []


async def test_a_token_is_good_for_one_body(settings: Settings, store: Store, rows: Rows) -> None:
    _, first = mailgun.signed(EVENT, "t" * 50)
    replayed = json.dumps(json.loads(first) | {"event-data": {"event": "unsubscribed"}}).encode()
    async with asked(settings, store, "mailgun") as client:
        codes = [
            (await client.post("/hooks/mailgun", content=body)).status_code
            for body in (first, first, replayed)
        ]
        _, old = mailgun.signed(EVENT, at=datetime.now(UTC).timestamp() - 25 * 3600)
        codes.append((await client.post("/hooks/mailgun", content=old)).status_code)
    assert codes == [200, 200, 406, 401]
    assert len(kept(store)) == 1


async def test_what_cannot_be_proved_now_may_come_again(
    settings: Settings, store: Store, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> str:
        raise NotNow("the certificate cannot be got (unknown host)")

    monkeypatch.setattr(ResendHook, "proved", away)
    async with asked(settings, store, "resend") as client:
        assert (await client.post("/hooks/resend", json={})).status_code == 429
    assert kept(store) == []


@pytest.mark.parametrize("given", ["Basic dTpw", "basic dTpw", "Bearer u:p"])
async def test_a_password_in_the_address_lets_in(
    settings: Settings, store: Store, rows: Rows, given: str
) -> None:
    async with asked(settings, store, "brevo") as client:
        answer = await client.post("/hooks/brevo", json={}, headers={"authorization": given})
    assert answer.status_code == 200


@pytest.mark.parametrize("given", ["", "Basic", "Basic !", "Basic dTpx", "Digest dTpw", "Basic w7zDvA=="])
async def test_another_password_does_not(settings: Settings, store: Store, rows: Rows, given: str) -> None:
    async with asked(settings, store, "brevo") as client:
        answer = await client.post("/hooks/brevo", json={}, headers={"authorization": given})
    assert answer.status_code == 401
    assert kept(store) == []


async def test_what_is_too_large_is_refused_and_a_large_batch_is_not(
    settings: Settings, store: Store, rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"authorization": "Basic " + base64.b64encode(b"u:p").decode()}
    async with asked(settings, store, "brevo") as client:
        batch = await client.post("/hooks/brevo", content=b"[" + b" " * 3_000_000 + b"]", headers=headers)
        large = await client.post("/hooks/brevo", content=b" " * 50 * 1024 * 1024, headers=headers)
    assert (batch.status_code, large.status_code) == (200, 413)
    told = [vars(record)["provider"] for record in caplog.records if "too large" in record.getMessage()]
    assert told == ["brevo"], "it may have been a mail that somebody wrote"


async def test_while_the_database_is_away_it_says_later(
    settings: Settings, store: Store, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise OperationalError("", {}, Exception())

    headers, body = resend.signed("{}", "msg_1")
    async with asked(settings, store, "resend") as client:
        monkeypatch.setattr(store, "write", away)
        answer = await client.post("/hooks/resend", content=body, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")


@contextlib.contextmanager
def hung(store: Store) -> Iterator[None]:
    """Somebody else keeps all who want to write waiting."""
    engine = create_engine(store.url, isolation_level="AUTOCOMMIT")
    locks = ["BEGIN IMMEDIATE"] if store.is_sqlite else ["BEGIN", "LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"]
    with engine.connect() as conn:
        for lock in locks:
            conn.exec_driver_sql(lock)
        yield
        conn.exec_driver_sql("ROLLBACK")
    engine.dispose()


async def test_while_the_database_hangs_it_says_later_and_takes_it_then(
    settings: Settings, store: Store, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    headers, body = resend.signed("{}", "msg_1")
    async with asked(settings, store, "resend") as client:
        with hung(store):
            first = await client.post("/hooks/resend", content=body, headers=headers)
        second = await client.post("/hooks/resend", content=body, headers=headers)
    assert (first.status_code, first.headers["retry-after"], second.status_code) == (429, "5", 200)
    assert len(kept(store)) == 1


def test_the_usual_app_has_no_hook(app: FastAPI) -> None:
    assert app.state.site.hooks == {}
