"""Asking a provider what became of a mail that was handed over without an answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from nurture.delivery.reading import Doc, Unreadable, an_object, parsed
from nurture.domain.mail_events import MailEvent, Odd
from nurture.http import CallFailed, Http, Reply

SECONDS = 10.0
"""For one call: nobody waits for its answer."""
MOST_ANSWER = 2_000_000
"""Bytes: more than this is no answer to our question, and cut off it cannot be read."""
MINUTE = 60.0
HOUR = 3600.0
BEFORE, AFTER = timedelta(minutes=2), timedelta(minutes=15)
"""How far from our time of the hand-over the provider may note it, by its clock and its queue."""
NOT_NOW = "enough-calls"


class CannotTell(Exception):
    """``kind``: why, in a word, never of whom. ``wait``: seconds before the account is asked anything."""

    def __init__(self, kind: str, wait: float = MINUTE) -> None:
        super().__init__(f"the provider cannot tell ({kind})")
        self.kind = kind
        self.wait = wait


class Missing(CannotTell):
    """There is nothing at this address: no such thing, or not yet."""


class OddQuestion(CannotTell):
    """It does not take the question about this mail; one about another it may."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A mail of which nobody knows. ``at``: when a worker took it in hand."""

    send_id: str
    message_id: str
    recipient: str = field(repr=False)
    at: datetime

    @property
    def window(self) -> tuple[datetime, datetime]:
        """In which the provider took it, if it did."""
        return self.at - BEFORE, self.at + AFTER


class Lookup(Protocol):
    """What can be asked of one account."""

    name: str
    """Of the provider, as in its webhook's address: what it tells is the same by both ways."""

    async def ask(self, about: Doubt) -> Sequence[MailEvent]:
        """Empty: it knows nothing of it, which proves nothing. Raises CannotTell."""
        ...

    async def close(self) -> None: ...


class Line:
    """To the API of one account: at most ``calls`` a minute, and every trouble is a CannotTell. ``apart``:
    seconds from one call to the next, where it allows so few a second that sending needs them."""

    def __init__(self, http: Http, headers: Mapping[str, str], calls: int, apart: float = 0.0) -> None:
        self._http = http
        self._headers = {"accept": "application/json", **headers}
        self._calls: deque[float] = deque(maxlen=calls)
        self._apart = apart

    async def get(self, url: str, query: Mapping[str, object] | None = None) -> Doc:
        return await self._call("GET", f"{url}?{urlencode(query)}" if query else url, b"", {})

    async def post(self, url: str, body: Mapping[str, Any]) -> Doc:
        return await self._call("POST", url, json.dumps(body).encode(), {"content-type": "application/json"})

    async def close(self) -> None:
        await self._http.close()

    async def _call(self, method: str, url: str, body: bytes, more: Mapping[str, str]) -> Doc:
        await asyncio.sleep(self._count())
        try:
            reply = await self._http.ask(method, url, body, {**self._headers, **more}, MOST_ANSWER)
        except CallFailed as failed:
            raise CannotTell(failed.kind.replace(" ", "-")) from None
        if not reply.ok:
            raise _refused(reply)
        try:
            return an_object(parsed(reply.text.encode()))
        except Unreadable:
            raise CannotTell("unreadable") from None

    def _count(self) -> float:
        """Seconds until this call may go out."""
        now = time.monotonic()
        pause = max(0.0, self._calls[-1] + self._apart - now) if self._calls else 0.0
        if len(self._calls) == self._calls.maxlen and (left := self._calls[0] + MINUTE - now) > 0:
            raise CannotTell(NOT_NOW, left)
        self._calls.append(now + pause)
        return pause


PASSING = (408, 429)
OF_ACCOUNT = (401, 402, 403, 405, 407)


def _refused(reply: Reply) -> CannotTell:
    kind = f"status-{reply.status}"
    if reply.status == 404:
        return Missing("not-there", HOUR)
    if reply.status in PASSING or reply.status >= 500:
        wait = min(max(reply.retry_after or MINUTE, 1.0), HOUR)
        return CannotTell("throttled" if reply.status == 429 else kind, wait)
    if reply.status in OF_ACCOUNT or reply.status < 400:
        return CannotTell("refused" if reply.status in (401, 403) else kind, HOUR)
    return OddQuestion(kind, HOUR)


def objects(doc: Doc, name: str) -> list[Doc]:
    return [Doc(one) for one in doc.all(name) if isinstance(one, dict)]


def understood(found: Sequence[MailEvent | Odd]) -> list[MailEvent]:
    """What cannot be read tells nothing: the next answer, or a webhook, may."""
    return [one for one in found if isinstance(one, MailEvent)]
