"""API keys, looked up in memory: a revoked one ends within seconds."""

from __future__ import annotations

import time
from collections.abc import Mapping

from nurture.services.api_keys import keys_in_use, owner_of
from nurture.store.session import Store

FRESH = 5.0
"""Seconds for which the keys are remembered."""
SCHEME = "bearer "


class WrongKey(Exception):
    """No key, or none of ours."""


class KeyRing:
    def __init__(self) -> None:
        self._in_use: Mapping[str, str] = {}
        self._until = 0.0

    async def owner(self, store: Store, authorization: str) -> str:
        """The source of the events that come with this header. Raises WrongKey."""
        if time.monotonic() >= self._until:
            self._in_use = await store.read(keys_in_use)
            self._until = time.monotonic() + FRESH
        scheme, key = authorization[: len(SCHEME)], authorization[len(SCHEME) :].strip()
        name = owner_of(key, self._in_use)
        if scheme.lower() != SCHEME or name is None:
            raise WrongKey
        return f"api:{name}"
