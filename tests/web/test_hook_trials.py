"""MailerSend makes a webhook only once its address has answered a test, signed by a secret that all know."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from nurture.clock import RealClock
from nurture.delivery.providers.mailersend import LONGEST_TEST, TEST_SECRET
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.web.app import create_app
from tests.delivery.fakes import mailersend
from tests.rows import HOME, Rows
from tests.web.test_hooks import Client, kept

TRIAL: dict[str, Any] = {"type": "webhook.test", "message": "This is a ping test message"}
OTHERS: list[Any] = [
    {"type": "activity.spam_complaint", "data": {"id": "1"}},
    {**TRIAL, "data": {"id": "1"}},
    {**TRIAL, "message": "x" * LONGEST_TEST},
    [TRIAL],
    "webhook.test",
]


def asked(settings: Settings, store: Store, key: str) -> Client:
    values = settings.model_dump() | {"delivery": "send", "mail_url": SecretStr("mailersend://k@h")}
    app = create_app(Settings(**values | {"mail_webhook_key": SecretStr(key)}), store, RealClock())
    return Client(transport=httpx.ASGITransport(app), base_url=HOME)


async def told(client: Client, what: Any, secret: str) -> int:
    body = json.dumps(what).encode()
    sign = hmac.new(secret.encode(), body, sha256).hexdigest()
    return (await client.post("/hooks/mailersend", content=body, headers={"signature": sign})).status_code


@pytest.mark.parametrize("key", ["", mailersend.SECRET])
async def test_it_is_answered_proves_nothing_else_and_leaves_nothing(
    settings: Settings, store: Store, rows: Rows, key: str
) -> None:
    async with asked(settings, store, key) as client:
        assert await told(client, TRIAL, TEST_SECRET) == 200
        assert await told(client, TRIAL, "another") == 401
        for other in OTHERS:
            assert await told(client, other, TEST_SECRET) == 401
            assert await told(client, other, "") == 401
    assert kept(store) == []
