"""Whatever is compared with a secret is compared in constant time."""

from __future__ import annotations

import hmac
from base64 import b64encode
from typing import Any

import pytest

from nurture.delivery import hooks
from nurture.delivery.hooks import Call
from nurture.delivery.returns import ReturnPath

PATH = ReturnPath("bounces@ours.example", ("a secret of sixteen",))
BASIC = {"authorization": f"Basic {b64encode(b'hooks:word').decode()}"}


@pytest.mark.parametrize(
    "proves",
    [
        lambda: hooks.signed(hmac.digest(b"key", b"it", "sha256").hex(), ["key"], b"it"),
        lambda: hooks.signed_in(Call(BASIC, b""), ["hooks:word"]),
        lambda: PATH.read(PATH.of("01a20206-288b-76da-b08a-8ea8f51d9b88")),
    ],
)
def test_secrets_are_compared_by_compare_digest(proves: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    real = hmac.compare_digest

    def watched(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    proves()
    assert compared


def test_what_is_not_ascii_is_no_signature_and_no_error() -> None:
    assert not hooks.same("é" * 64, "a" * 64)
