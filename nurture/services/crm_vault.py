"""Tokens of OAuth, sealed: a copied database lets nobody into the CRM."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, select, update

from nurture.crm.keys import Tokens
from nurture.domain.errors import NurtureError
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import crm_tokens, rates
from nurture.store.upserts import insert_unless_there

LEASE = 45.0
"""Seconds: longer than a call for tokens takes."""
LOOK_AGAIN = 0.2
SALT = b"nurture.crm.tokens:"


class BadKey(NurtureError):
    """NURTURE_CRM_KEY cannot seal."""


def seal_of(keys: Sequence[str], secrets: Sequence[str]) -> MultiFernet:
    """``keys``: of the settings, the first seals and all open; without any they come from ``secrets``."""
    made = list(keys) or [
        urlsafe_b64encode(sha256(SALT + secret.encode()).digest()).decode() for secret in secrets
    ]
    try:
        return MultiFernet([Fernet(key) for key in made])
    except ValueError:
        raise BadKey(
            "NURTURE_CRM_KEY cannot seal tokens",
            'each must come from `python -c "from cryptography.fernet import Fernet;'
            ' print(Fernet.generate_key().decode())"`',
        ) from None


class TableVault:
    def __init__(self, store: Store, crm: str, seal: MultiFernet) -> None:
        self._store = store
        self._crm = crm
        self._seal = seal

    async def tokens(self) -> Tokens | None:
        return self._opened(await self._store.read(_sealed, self._crm))

    async def keep(self, old: Tokens | None, new: Tokens) -> Tokens:
        text = json.dumps({"access": new.access, "refresh": new.refresh})
        sealed = self._seal.encrypt(text.encode())
        stands = await self._store.write(_put, self._crm, self._opened, old, sealed)
        return self._opened(stands) or new

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """A lease: whoever dies with it keeps the others waiting no longer than it lasts."""
        name = f"crm renewing {self._crm}"
        while not await self._store.write(_lease, name):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(LOOK_AGAIN)
        try:
            yield
        finally:
            await self._store.write(_give_back, name)

    def _opened(self, sealed: bytes | None) -> Tokens | None:
        """None too for what another key has sealed: it is asked for anew."""
        if sealed is None:
            return None
        try:
            found = json.loads(self._seal.decrypt(sealed))
        except (InvalidToken, ValueError):
            return None
        return Tokens(found["access"], found["refresh"])


def _lease(conn: Connection, name: str) -> bool:
    conn.execute(insert_unless_there(conn, rates, {"name": name, "tokens": 0, "at": db_now()}))
    free = rates.c.name == name, rates.c.at <= db_now()
    return conn.execute(update(rates).where(*free).values(at=db_now(LEASE))).rowcount > 0


def _give_back(conn: Connection, name: str) -> None:
    conn.execute(update(rates).where(rates.c.name == name).values(at=db_now()))


def _sealed(conn: Connection, crm: str) -> bytes | None:
    found: bytes | None = conn.scalar(select(crm_tokens.c.sealed).where(crm_tokens.c.crm == crm))
    return found


def _put(conn: Connection, crm: str, opened: object, old: Tokens | None, sealed: bytes) -> bytes:
    """The first of two workers wins: some CRMs take every refresh token once."""
    assert callable(opened)
    new = {"crm": crm, "sealed": sealed, "at": db_now()}
    if conn.execute(insert_unless_there(conn, crm_tokens, new)).rowcount:
        return sealed
    row = conn.execute(select(crm_tokens).where(crm_tokens.c.crm == crm).with_for_update()).one()
    stands: Tokens | None = opened(row.sealed)
    if stands is not None and stands != old:
        return bytes(row.sealed)
    conn.execute(update(crm_tokens).where(crm_tokens.c.crm == crm).values(sealed=sealed, at=db_now()))
    return sealed
