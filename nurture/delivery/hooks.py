"""What a provider's webhook must show before it is believed, and the signs that several of them share."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from nurture.delivery.reading import instant
from nurture.domain.mail_events import MailEvent, Odd

SKEW = timedelta(minutes=5)
"""How far a signed time may be from ours, in both directions."""


NOTHING = ""
"""The number of a call that only tries whether we answer: it tells nothing, and is not kept."""


class Forged(Exception):
    """Not from the provider, or not for us. Says what was wrong, never with which value."""


class NotNow(Exception):
    """Whether it is proved cannot be said at this moment, for trouble of our own. Says what it is."""


@dataclass(frozen=True)
class Call:
    """What came to our door. ``headers``: by names in lower case."""

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


class Hook(Protocol):
    """The webhook of one provider."""

    name: str

    async def proved(self, call: Call, now: datetime) -> str:
        """The number of this call, the same when it is repeated; NOTHING of a trial. Raises Forged and
        NotNow."""
        ...

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        """What a proved call tells. Never raises."""
        ...


def same(given: str, expected: str) -> bool:
    """In constant time; what is not ASCII is no signature."""
    return given.isascii() and hmac.compare_digest(given.encode(), expected.encode())


def signed(given: str, secrets: Iterable[str], message: bytes, *, base64: bool = False) -> None:
    """HMAC-SHA256 in hex, or in base64, by one of ``secrets``. Raises Forged."""
    for secret in secrets:
        made = hmac.new(secret.encode(), message, sha256)
        if same(given, b64encode(made.digest()).decode() if base64 else made.hexdigest()):
            return
    raise Forged("the signature is wrong" if given else "there is no signature")


def fresh(given: str, now: datetime, before: timedelta = SKEW, after: timedelta = SKEW) -> None:
    """Raises Forged."""
    at = instant(given)
    if at is None or not now - before <= at <= now + after:
        raise Forged("the time is missing, or too far from ours")


def signed_in(call: Call, accounts: Iterable[str]) -> None:
    """HTTP basic authentication by one of ``accounts``, each ``user:password``; one without a colon is a
    bearer token. Raises Forged."""
    scheme, _, given = call.header("authorization").partition(" ")
    plain = given.strip().encode("utf-8", "replace") if scheme.lower() == "bearer" else b""
    if scheme.lower() == "basic":
        try:
            plain = b64decode(given.strip(), validate=True)
        except (binascii.Error, ValueError):
            plain = b""
    # All are looked at, whichever fits: the time tells nothing.
    if not sum(hmac.compare_digest(plain, account.encode()) for account in accounts):
        raise Forged("the user or the password is wrong")


def of_body(call: Call) -> str:
    return sha256(call.body).hexdigest()
