"""Access tokens for mailboxes that take no password (XOAUTH2), got by a refresh token."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from nurture.domain.errors import NurtureError
from nurture.http import CallFailed, Http

SPARE = 60.0
"""Seconds before its end after which a token is not used any more."""
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
MOST = 20_000
"""Bytes read of an answer: tokens are long."""


@dataclass(frozen=True)
class OAuth:
    token_url: str
    client_id: str
    refresh_token: str = field(repr=False)
    client_secret: str = field(default="", repr=False)


class NoToken(NurtureError):
    """The authorisation server gave none. ``kind`` says why, without any secret."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no access token for the mailbox ({kind})")
        self.kind = kind


class AccessTokens:
    def __init__(self, oauth: OAuth, http: Http) -> None:
        self._oauth = oauth
        self._http = http
        self._refresh = oauth.refresh_token
        self._token, self._ends = "", float("-inf")

    async def current(self) -> str:
        """Raises NoToken."""
        if time.monotonic() > self._ends:
            await self._renew()
        return self._token

    def forget(self) -> None:
        """It was refused."""
        self._ends = float("-inf")

    async def _renew(self) -> None:
        given = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh,
            "client_id": self._oauth.client_id,
            **({"client_secret": self._oauth.client_secret} if self._oauth.client_secret else {}),
        }
        try:
            reply = await self._http.post(self._oauth.token_url, urlencode(given).encode(), FORM, MOST)
        except CallFailed as failed:
            raise NoToken(failed.kind) from None
        if not reply.ok:
            raise NoToken(f"http {reply.status}")
        try:
            told = json.loads(reply.text)
            self._token = str(told["access_token"])
            self._refresh = str(told.get("refresh_token") or self._refresh)
            self._ends = time.monotonic() + float(told.get("expires_in") or 0) - SPARE
        except (ValueError, KeyError, TypeError, AttributeError):
            raise NoToken("unreadable answer") from None
