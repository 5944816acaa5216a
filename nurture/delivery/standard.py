"""Proving what is signed after Standard Webhooks (and Svix, from whom it comes)."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from nurture.delivery.hooks import Call, Forged, fresh, same

LONGEST_NUMBER = 150


def proved(call: Call, keys: Sequence[bytes], now: datetime, names: Sequence[str] = ("webhook",)) -> str:
    """The number of the call. ``names``: what the three headers begin with. Raises Forged."""
    number, at, given = (_header(call, names, part) for part in ("id", "timestamp", "signature"))
    if not number or len(number) > LONGEST_NUMBER or not at.isascii():
        raise Forged("the headers of the signature are missing")
    message = f"{number}.{at}.".encode() + call.body
    wanted = [b64encode(hmac.new(key, message, sha256).digest()).decode() for key in keys]
    offered = [sign.removeprefix("v1,") for sign in given.split() if sign.startswith("v1,")]
    if not sum(same(sign, want) for sign in offered for want in wanted):
        raise Forged("the signature is wrong")
    fresh(at, now)
    return number


def _header(call: Call, names: Sequence[str], part: str) -> str:
    return next((found for name in names if (found := call.header(f"{name}-{part}"))), "")
