"""Calls to a CRM with an API: signed in, within its limits, and what its refusals mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from nurture.crm.connector import CrmDown, CrmRefused
from nurture.crm.keys import Keys
from nurture.http import CallFailed, Http, Reply

MOST = 4_000_000
"""Bytes of an answer."""
LATER = frozenset({408, 425, 429})
EXPIRED = 401


class Meter(Protocol):
    """The calls that we may make, counted over all workers."""

    async def spend(self, calls: int, *, urgent: bool) -> None:
        """Waits its turn. Raises CrmSpent when the day's are used up."""
        ...

    async def told(self, used: int, allowed: int) -> None:
        """What the CRM itself says of the day's calls."""
        ...


class Unmetered:
    async def spend(self, calls: int, *, urgent: bool) -> None:
        """As many as one likes."""

    async def told(self, used: int, allowed: int) -> None:
        """Nobody counts."""


@dataclass(frozen=True)
class Answer:
    status: int
    data: Any
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def must(self) -> Any:
        """Its data. Raises CrmRefused."""
        if not self.ok:
            raise refusal(self)
        return self.data


Judge = Callable[[Reply], CrmDown | None]
"""Refusals of one CRM that mean: later."""
Counts = Callable[[Reply], tuple[int, int] | None]
"""What a CRM tells of its calls of the day: how many are used, of how many."""


def refusal(answer: Answer, kind: str = "") -> CrmRefused:
    return CrmRefused(kind or f"http {answer.status}", answer.text[:2000])


class Api:
    def __init__(
        self,
        http: Http,
        address: str,
        keys: Keys,
        judge: Judge,
        meter: Meter | None = None,
        counts: Counts | None = None,
    ) -> None:
        self._http = http
        self._address = address.rstrip("/")
        self._keys = keys
        self._judge = judge
        self._meter = meter or Unmetered()
        self._counts = counts

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        urgent: bool = False,
        again: bool = True,
        cost: int = 1,
    ) -> Answer:
        """``again``: doing it twice does no harm, so that a broken connection is tried once more.

        Raises CrmDown: also when the credentials are not taken any more."""
        await self._meter.spend(cost, urgent=urgent)
        reply = await self._signed_in(method, path, body, again=again)
        if self._counts and (told := self._counts(reply)):
            await self._meter.told(*told)
        if down := self._judge(reply):
            raise down
        if reply.status in LATER or reply.status >= 500:
            raise CrmDown(f"http {reply.status}", reply.retry_after)
        return Answer(reply.status, _data(reply), reply.text, reply.headers)

    async def _signed_in(self, method: str, path: str, body: Any, *, again: bool) -> Reply:
        """A token that has run out is renewed once."""
        token = await self._keys.token(self._http)
        reply = await self._ask(method, path, body, token, again=again)
        if reply.status != EXPIRED:
            return reply
        token = await self._keys.token(self._http, instead_of=token)
        reply = await self._ask(method, path, body, token, again=again)
        if reply.status == EXPIRED:
            raise CrmDown("credentials refused")
        return reply

    async def _ask(self, method: str, path: str, body: Any, token: str, *, again: bool) -> Reply:
        headers = {"accept": "application/json", "user-agent": "nurture", **self._keys.headers(token)}
        data = b""
        if body is not None:
            data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
            headers["content-type"] = "application/json"
        try:
            return await self._http.ask(method, self._address + path, data, headers, MOST)
        except CallFailed as failed:
            if not again or failed.kind != "broken connection":
                raise CrmDown(failed.kind) from None
        try:
            return await self._http.ask(method, self._address + path, data, headers, MOST)
        except CallFailed as failed:
            raise CrmDown(failed.kind) from None

    async def close(self) -> None:
        await self._http.close()


def _data(reply: Reply) -> Any:
    try:
        return json.loads(reply.text) if reply.text else None
    except ValueError:
        return None
