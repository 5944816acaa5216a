"""Mailgun signs a time and a token with nothing between: its signature must be good for one reading only."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nurture.delivery.hooks import Call, Forged
from nurture.delivery.providers.mailgun import MailgunHook

KEY = "a webhook signing key"
TOKENS = st.text("0123456789abcdef", min_size=50, max_size=50)
TIMES = st.integers(1_600_000_000, 4_000_000_000)


async def proved(at: str | int, token: str, sign: str, now: datetime) -> str:
    signature = {"timestamp": at, "token": token, "signature": sign}
    body = json.dumps({"signature": signature, "event-data": {"event": "complained"}}).encode()
    return await MailgunHook([KEY]).proved(Call({}, body), now)


@given(at=TIMES, token=TOKENS)
@example(at=1_772_442_001, token="718" + "a" * 47)
async def test_no_other_place_to_part_them_is_good(at: int, token: str) -> None:
    signed = f"{at}{token}"
    sign = hmac.new(KEY.encode(), signed.encode(), sha256).hexdigest()
    now = datetime.fromtimestamp(at, UTC)
    assert await proved(str(at), token, sign, now) == await proved(at, token, sign, now) == token
    for place in range(len(signed) + 1):
        if place != 10:
            with pytest.raises(Forged):
                await proved(signed[:place], signed[place:], sign, now)


@pytest.mark.parametrize(
    ("at", "token"),
    [
        ("1772442001000", "a" * 50),
        ("1772442001.0", "a" * 50),
        ("2026-03-02T09:00:01Z", "a" * 50),
        ("\u0661\u0667\u0667\u0662\u0664\u0664\u0662\u0660\u0660\u0661", "a" * 50),
        ("1772442001", "a" * 49),
        ("1772442001", "a" * 51),
        ("1772442001", "a" * 49 + "\n"),
    ],
)
async def test_only_what_mailgun_writes_is_read(at: str, token: str) -> None:
    sign = hmac.new(KEY.encode(), f"{at}{token.strip()}".encode(), sha256).hexdigest()
    with pytest.raises(Forged):
        await proved(at, token, sign, datetime.fromtimestamp(1_772_442_001, UTC))
