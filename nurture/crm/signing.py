"""Signing what we send to other systems, after Standard Webhooks."""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from nurture.domain.errors import NurtureError

SHORTEST_KEY = 16
"""Bytes."""


class BadSecret(NurtureError):
    """The secret cannot sign."""


NAMED = re.compile(r"^([a-z0-9][a-z0-9-]*)=(whsec_.+)$")


def signers(secrets: Sequence[str], setting: str) -> dict[str, Signer]:
    """By name; ``credit=whsec_...`` has one, the usual one has none. Raises BadSecret."""
    found = [(match[1], match[2]) if (match := NAMED.match(one)) else ("", one) for one in secrets]
    return {name: Signer(secret, setting) for name, secret in found}


def key_of(secret: str, setting: str) -> bytes:
    """``setting``: the name of what holds the secret, for the message. Raises BadSecret."""
    try:
        key = binascii.a2b_base64(secret.removeprefix("whsec_"), strict_mode=True)
        if len(key) < SHORTEST_KEY:
            raise ValueError
    except ValueError:
        raise BadSecret(
            f"{setting} cannot sign",
            f"it must be whsec_ and base64 of {SHORTEST_KEY} bytes or more, as the other side shows it",
        ) from None
    return key


class Signer:
    """``setting``: as in ``key_of``. Raises BadSecret."""

    def __init__(self, secret: str, setting: str) -> None:
        key_of(secret, setting)
        self._webhook = Webhook(secret)

    def headers(self, number: str, body: str) -> dict[str, str]:
        """``number``: the same for every try of one message."""
        now = datetime.now(UTC)
        return {
            "content-type": "application/json",
            "user-agent": "nurture",
            "idempotency-key": number,
            "webhook-id": number,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(number, now, body),
        }
