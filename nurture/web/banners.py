"""Lines on top of every page while mail does not go out as usual."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from nurture.services.channels import TRIPS, Resting, resting_ones
from nurture.services.hold import Standstill, standstill
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import installation

FRESH = 3.0
"""Seconds: a hold shows soon, and a page does not pay for it each time."""
WORDS = {
    "held": "Everything outgoing is on hold",
    "restored": "Nothing is sent",
    "copy": "Nothing is sent",
}


@dataclass(frozen=True, slots=True)
class Banner:
    kind: str
    text: str


class Banners:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._delivery = tuple(_delivery(settings))
        self._standstill: tuple[Banner, ...] = ()
        self._until = 0.0

    def look_again(self) -> None:
        """Somebody has just changed what they tell."""
        self._until = 0.0

    async def now(self, store: Store) -> Sequence[Banner]:
        if time.monotonic() >= self._until:
            found = await store.read(_standstill, self._settings.web_url)
            rests = await store.read(resting_ones)
            several = self._settings.accounts is not None
            told = (_resting(name if several else "", one) for name, one in sorted(rests.items()))
            self._standstill = (*([_of(found)] if found else []), *told)
            self._until = time.monotonic() + FRESH
        return (*self._standstill, *self._delivery)


def _standstill(conn: Connection, base_url: str) -> Standstill | None:
    # The web app talks to no Temporal: whatever namespace the database belongs to is right here.
    namespace = conn.execute(select(installation.c.namespace)).scalar_one_or_none()
    return None if namespace is None else standstill(conn, base_url, namespace)


def _of(found: Standstill) -> Banner:
    return Banner(found.kind, f"{WORDS[found.kind]}: {found.reason}")


def _resting(name: str, found: Resting) -> Banner:
    account = f"The mail account {name}".rstrip()
    if found.reason in TRIPS:
        return Banner("held", f"{account} is stopped for too many {found.reason}: see Sending.")
    minutes = round(found.seconds / 60)
    again = f"in {minutes} minutes" if minutes > 1 else "within a minute"
    return Banner("held", f"{account} rests: {found.why}. It is tried again {again}.")


def _delivery(settings: Settings) -> list[Banner]:
    if settings.delivery == "catch":
        return [Banner("catch", "Mails are caught on this machine; nobody gets them.")]
    if settings.delivery_allowed is not None:
        return [Banner("allow", f"Mail goes only to {', '.join(settings.delivery_allowed)}.")]
    return []
