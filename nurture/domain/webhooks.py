"""Other systems that campaigns ask: named in the dictionary, or written where they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Webhook:
    url: str
    keep: Mapping[str, str] = field(default_factory=dict)
    """Field -> where its value stands in the answer."""
    secret: str = ""
    """The name of the secret that signs; empty: the one of the installation."""


def load_webhook(doc: Mapping[str, Any]) -> Webhook:
    return Webhook(doc["url"], dict(doc.get("keep", {})), doc.get("secret", ""))


def webhook_of(value: str | Mapping[str, Any], named: Mapping[str, Webhook]) -> Webhook | None:
    """``value``: of the action. None: it names one that is not there (any more)."""
    return named.get(value) if isinstance(value, str) else load_webhook(value)
