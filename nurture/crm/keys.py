"""How we sign in at a CRM: a token that stays, or one that runs out and is renewed."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from nurture.crm.connector import CrmDown
from nurture.http import CallFailed, Http

Renew = Callable[["Tokens | None"], Awaitable["Tokens"]]


@dataclass(frozen=True)
class Tokens:
    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    """Some CRMs give another one with every renewal."""


class Vault(Protocol):
    """Where tokens rest, sealed, for all workers."""

    async def tokens(self) -> Tokens | None: ...

    async def keep(self, old: Tokens | None, new: Tokens) -> Tokens:
        """Those that hold from now on: another worker's, if it was faster."""
        ...

    def alone(self) -> AbstractAsyncContextManager[None]:
        """One at a time, of all workers: a CRM may take a refresh token only once."""
        ...


class Keys(Protocol):
    async def token(self, http: Http, instead_of: str = "") -> str:
        """``instead_of``: one that was refused. Raises CrmDown."""
        ...

    def headers(self, token: str) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class Lasting:
    """A private app's token, or an API token: nobody renews it but a person."""

    secret: str = field(repr=False)
    header: str = "authorization"

    async def token(self, http: Http, instead_of: str = "") -> str:
        if instead_of:
            raise CrmDown("credentials refused")
        return self.secret

    def headers(self, token: str) -> Mapping[str, str]:
        return {self.header: f"Bearer {token}" if self.header == "authorization" else token}


@dataclass(frozen=True)
class OAuth:
    """``refresh``: what a person was given when they connected the CRM; the vault has what came after it.
    Without any it is the flow of a program on its own account (client credentials)."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    vault: Vault
    refresh: str = field(default="", repr=False)
    basic: bool = False
    """Whether the client is named in the header, and not in the form."""

    async def token(self, http: Http, instead_of: str = "") -> str:
        known = await self.vault.tokens()
        if known and known.access != instead_of:
            return known.access
        async with self.vault.alone():
            known = await self.vault.tokens()
            if known and known.access != instead_of:
                return known.access  # another's, while we waited
            fresh = await self._renewed(http, known)
            return (await self.vault.keep(known, fresh)).access

    def headers(self, token: str) -> Mapping[str, str]:
        return {"authorization": f"Bearer {token}"}

    async def _renewed(self, http: Http, known: Tokens | None) -> Tokens:
        refresh = (known.refresh if known else "") or self.refresh
        client = {"client_id": self.client_id, "client_secret": self.client_secret}
        form = {} if self.basic else client
        form |= (
            {"grant_type": "refresh_token", "refresh_token": refresh}
            if refresh
            else {"grant_type": "client_credentials"}
        )
        kind = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        if self.basic:
            pair = f"{self.client_id}:{self.client_secret}".encode()
            kind["authorization"] = f"Basic {b64encode(pair).decode()}"
        try:
            reply = await http.post(self.url, urlencode(form).encode(), kind, 20_000)
        except CallFailed as failed:
            raise CrmDown(failed.kind) from None
        given = _object(reply.text)
        if not reply.ok or not given.get("access_token"):
            later = reply.status == 429 or reply.status >= 500
            raise CrmDown(f"http {reply.status}" if later else "credentials refused", reply.retry_after)
        return Tokens(str(given["access_token"]), str(given.get("refresh_token") or refresh))


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
