"""Return paths of our own, one for each mail (VERP): what comes back tells by its address what it is of."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from uuid import UUID

SIGN_BYTES = 16
LONGEST_LOCAL = 64
"""RFC 5321, 4.5.3.1.1."""
TOKEN = 52
"""Letters: 26 for the number of the mail, 26 for the signature; without case, which servers change."""
LONGEST_BASE = LONGEST_LOCAL - TOKEN - 1


class ReturnPath:
    """``base``: its server takes ``name+anything@`` too. ``secrets``: the first signs, all verify."""

    def __init__(self, base: str, secrets: Sequence[str]) -> None:
        self._local, _, self._domain = base.lower().rpartition("@")
        self._secrets = secrets

    def of(self, send_id: str) -> str:
        number = UUID(send_id).bytes
        token = _text(number) + _text(self._signed(self._secrets[0], number))
        return f"{self._local}+{token}@{self._domain}"

    def read(self, address: str) -> str:
        """The ledger's id; empty: no address of ours, or forged."""
        local, _, domain = address.strip().lower().rpartition("@")
        base, plus, token = local.partition("+")
        if (base, plus, domain) != (self._local, "+", self._domain) or len(token) != TOKEN:
            return ""
        number, given = _bytes(token[: TOKEN // 2]), _bytes(token[TOKEN // 2 :])
        if len(number) != SIGN_BYTES or _text(number) + _text(given) != token:
            return ""
        if not sum(hmac.compare_digest(given, self._signed(secret, number)) for secret in self._secrets):
            return ""
        return str(UUID(bytes=number))

    def _signed(self, secret: str, number: bytes) -> bytes:
        return hmac.digest(secret.encode(), b"nurture.return:" + number, "sha256")[:SIGN_BYTES]


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _bytes(text: str) -> bytes:
    try:
        return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return b""
