"""MailerSend makes a webhook only once its address has answered a test, signed by a secret that all know."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from nurture.clock import RealClock
from nurture.delivery.providers.mailersend import LONGEST_TEST, TEST_SECRET
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.web.app import create_app
from tests.delivery.fakes import mailersend
from tests.rows import HOME, Rows
from tests.web.test_hooks import Client, kept

TRIAL = {"type": "webhook.test", "message": "This is a ping test message"}


def app(settings: Settings, store: Store, key: str) -> FastAPI:
    values = settings.model_dump() | {"delivery": "send", "mail_url": SecretStr("mailersend://k@h")}
    return create_app(Settings(**values | {"mail_webhook_key": SecretStr(key)}), store, RealClock())


async def told(settings: Settings, store: Store, body: bytes, secret: str, key: str = "") -> int:
    sign = hmac.new(secret.encode(), body, sha256).hexdigest()
    transport = httpx.ASGITransport(app(settings, store, key))
    async with Client(transport=transport, base_url=HOME) as client:
        answer = await client.post("/hooks/mailersend", content=body, headers={"signature": sign})
    return answer.status_code


@pytest.mark.parametrize("key", ["", mailersend.SECRET])
async def test_it_is_answered_and_leaves_nothing(
    settings: Settings, store: Store, rows: Rows, key: str
) -> None:
    assert await told(settings, store, json.dumps(TRIAL).encode(), TEST_SECRET, key) == 200
    assert kept(store) == []


@pytest.mark.parametrize(
    "body",
    [
        {"type": "activity.spam_complaint", "data": {"id": "1"}},
        {**TRIAL, "data": {"id": "1"}},
        {**TRIAL, "message": "x" * LONGEST_TEST},
        [TRIAL],
        "webhook.test",
    ],
)
async def test_its_secret_proves_nothing_else(
    settings: Settings, store: Store, rows: Rows, body: object
) -> None:
    raw = json.dumps(body).encode()
    assert await told(settings, store, raw, TEST_SECRET, mailersend.SECRET) == 401
    assert await told(settings, store, raw, TEST_SECRET) == 401
    assert await told(settings, store, raw, "") == 401
    assert kept(store) == []


async def test_a_test_that_nobody_signed_is_refused(settings: Settings, store: Store, rows: Rows) -> None:
    assert await told(settings, store, json.dumps(TRIAL).encode(), "another") == 401
