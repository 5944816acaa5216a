"""Who is who among the users of a CRM: our people are known by their addresses."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

KEPT = 600.0
"""Seconds."""
AGAIN = 30.0
"""After which somebody who was not found is looked for once more."""


class Owners:
    """``read``: address -> the ids that the CRM has for them, the one for assigning first."""

    def __init__(self, read: Callable[[], Awaitable[Mapping[str, tuple[str, ...]]]]) -> None:
        self._read = read
        self._at = float("-inf")
        self._ids: dict[str, str] = {}
        self._mail: dict[str, str] = {}

    async def id_of(self, email: str) -> str | None:
        await self._fresh(known=email.casefold() in self._ids)
        return self._ids.get(email.casefold())

    async def email_of(self, number: str) -> str:
        """The number itself where nobody has it."""
        if not number:
            return ""
        await self._fresh(known=number in self._mail)
        return self._mail.get(number, number)

    async def _fresh(self, *, known: bool) -> None:
        if time.monotonic() - self._at < (KEPT if known else AGAIN):
            return
        found = await self._read()
        self._at = time.monotonic()
        self._ids = {email.casefold(): ids[0] for email, ids in found.items() if email}
        self._mail = {number: email for email, ids in found.items() for number in ids if number and email}
