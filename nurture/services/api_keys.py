"""Keys for programs that send events. Only a key's hash is kept; the key is shown once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection, insert, select, update

from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.store.columns import new_id
from nurture.store.tables import api_keys

PREFIX = "nk_"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,34}")


class BadName(NurtureError):
    """A key's name is part of the identity of every event it brings."""


class UnknownKey(NurtureError):
    """No key has this name, or it is revoked already."""


def create_key(conn: Connection, clock: Clock, name: str) -> str:
    """The key itself, never to be seen again.

    A name that is there gets a new key and loses the old one, so that its events stay known by their ids."""
    if not NAME.fullmatch(name):
        raise BadName(
            "a key's name has small letters, digits and dashes, 35 at most",
            "name it after who uses it: website",
        )
    key = PREFIX + secrets.token_urlsafe(32)
    values: dict[str, Any] = {"key_sha256": _hash(key), "created_at": clock.now(conn), "revoked_at": None}
    if not conn.execute(update(api_keys).where(api_keys.c.name == name).values(**values)).rowcount:
        conn.execute(insert(api_keys).values(id=new_id(), name=name, **values))
    return key


def revoke_key(conn: Connection, clock: Clock, name: str) -> None:
    open_key = (api_keys.c.name == name) & api_keys.c.revoked_at.is_(None)
    if not conn.execute(update(api_keys).where(open_key).values(revoked_at=clock.now(conn))).rowcount:
        raise UnknownKey(f"there is no key {name} in use", "see `nurture api-key`")


def key_names(conn: Connection) -> Sequence[Mapping[str, Any]]:
    query = select(api_keys.c.name, api_keys.c.created_at, api_keys.c.revoked_at).order_by(api_keys.c.name)
    return [dict(row._mapping) for row in conn.execute(query)]


def keys_in_use(conn: Connection) -> dict[str, str]:
    """Hash -> name."""
    query = select(api_keys.c.key_sha256, api_keys.c.name).where(api_keys.c.revoked_at.is_(None))
    return {row.key_sha256: row.name for row in conn.execute(query)}


def owner_of(key: str, in_use: Mapping[str, str]) -> str | None:
    """The name of the key; looks at all of them, so that the time taken says nothing."""
    given = _hash(key)
    found = None
    for known, name in in_use.items():
        if compare_digest(known, given):
            found = name
    return found


def _hash(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
