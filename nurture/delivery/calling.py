"""Handing a mail to a provider over HTTP: what is common to all that take one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from nurture.delivery.addresses import address_on_the_wire
from nurture.delivery.provider import Envelope, Mark, Outcome, Verdict
from nurture.delivery.reading import Doc, Unreadable, parsed
from nurture.domain.mail_account import MailAccount
from nurture.http import CallFailed, Http, Reply

NOTHING_LEFT = ("no connection", "unknown host", "not a public address")
"""Failures of a call after which nothing can have arrived."""
PAUSES = (0.5, 2.0, 5.0)
"""Seconds before a keyed hand-over without an answer is repeated."""
MARGIN = 300.0
"""Seconds before the end of a key's life from which it is not trusted any more."""
THROTTLED_FOR = 10.0
"""Seconds, when the provider does not say."""
MOST_ANSWER = 20_000
"""Bytes: a refusal that is cut off cannot be understood."""
KEY_USED = "key-used"
FENCED = Outcome(Verdict.FENCED, None, None, "", "fenced")
NO_ADDRESS = Outcome(Verdict.BOUNCED, None, None, "", "bad-address")
REASONS = {
    "throttled": "the provider wants fewer calls",
    "quota-used": "the account's quota or credit is used up",
    "account-refused": "the provider does not take our key, or has stopped the account",
    "sender-not-verified": "the provider does not know the sender's address or domain as ours",
    "not-set-up": "the provider knows no such domain, stream or region of ours, or its address leads away",
    "provider-down": "the provider says that it is down and took nothing",
    "call-refused": "the provider did not take the call, and not for the recipient's sake",
    KEY_USED: "the provider knows the key of this mail: an earlier try may have been taken",
    "no-answer": "handed over, and no answer that tells whether it was taken",
}
"""The reasons that are not in `nurture.domain.bounces.REASONS`: none of them is about the recipient."""


@dataclass(frozen=True)
class Request:
    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class Api(Protocol):
    """What differs between providers."""

    name: str
    key_seconds: float
    """For how long a repeated idempotency key has no second effect; 0: the provider takes none."""

    def __init__(self, account: MailAccount) -> None: ...

    def request(self, mail: bytes, envelope: Envelope) -> Request: ...

    def answered(self, reply: Reply) -> Outcome: ...


class HttpProvider:
    """One mail a call. An answer that never came is ``unknown``, unless a key makes the call repeatable."""

    def __init__(self, api: Api, http: Http) -> None:
        self.name = api.name
        self._api = api
        self._http = http

    async def deliver(self, mail: bytes, envelope: Envelope, mark: Mark) -> Outcome:
        recipient = address_on_the_wire(envelope.recipient)
        if recipient is None:
            return NO_ADDRESS
        request = self._api.request(mail, replace(envelope, recipient=recipient))
        if not await mark():
            return FENCED
        if envelope.again_until is not None:
            return await self._repeat(request, envelope.again_until)
        return await self._hand_over(request)

    async def close(self) -> None:
        await self._http.close()

    async def _repeat(self, request: Request, until: float) -> Outcome:
        """One call: there will be others if it has no answer either."""
        # The wall's clock: a machine that slept must not believe in a key that has died meanwhile.
        return _known(await self._once(request)) if time.time() < until else FENCED

    async def _hand_over(self, request: Request) -> Outcome:
        until = time.time() + self._api.key_seconds - MARGIN
        outcome = await self._once(request)
        for pause in PAUSES:
            if outcome.verdict is not Verdict.UNKNOWN or time.time() + pause > until:
                break
            await asyncio.sleep(pause)
            again = _known(await self._once(request))
            # That a repetition was not taken says nothing of the first try.
            if again.verdict in (Verdict.SENT, Verdict.BOUNCED):
                return again
        return outcome

    async def _once(self, request: Request) -> Outcome:
        try:
            reply = await self._http.post(request.url, request.body, request.headers, MOST_ANSWER)
        except CallFailed as failed:
            if failed.kind in NOTHING_LEFT:
                return Outcome(Verdict.UNREACHED, None, None, "", "unreachable")
            return Outcome(Verdict.UNKNOWN, None, None, failed.kind, "no-answer")
        return self._api.answered(reply)


def _known(again: Outcome) -> Outcome:
    """Of a repetition: the key was used by the try that had no answer."""
    if again.reason != KEY_USED:
        return again
    return replace(again, verdict=Verdict.SENT, text="", reason="accepted")


def key_of(envelope: Envelope) -> str:
    """The same for every try of one send; a UUID, which every provider with keys takes."""
    return str(uuid5(NAMESPACE_URL, f"nurture:{envelope.send_id}"))


def json_request(url: str, body: Mapping[str, Any], **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"content-type": "application/json", "accept": "application/json", **named}
    return Request(url, json.dumps(body, ensure_ascii=False).encode(), given)


def said(reply: Reply) -> Doc:
    """The JSON object of an answer; empty when there is none."""
    try:
        return Doc(parsed(reply.text.encode()))
    except Unreadable:
        return Doc(None)


def taken(reply: Reply, remote_id: str) -> Outcome:
    """``remote_id``: all give one. Without it the answer is not theirs: a proxy's page is a 200 too."""
    if not remote_id.strip("<> "):
        return Outcome(Verdict.UNKNOWN, reply.status, None, reply.text, "no-answer")
    return Outcome(Verdict.SENT, reply.status, None, "", "accepted", remote_id=remote_id.strip("<> ")[:200])


def bounced(reply: Reply, reason: str) -> Outcome:
    return Outcome(Verdict.BOUNCED, reply.status, None, reply.text, reason)


def channel(reply: Reply, reason: str) -> Outcome:
    """Nothing was taken, and nothing will be: not this mail's fault."""
    wait = reply.retry_after
    if reason == "throttled" and wait is None:
        wait = THROTTLED_FOR
    return Outcome(Verdict.UNREACHED, reply.status, None, reply.text, reason, channel=True, retry_after=wait)


def key_used(reply: Reply) -> Outcome:
    """Taken, or refused, some time before: only what the provider tells later can say."""
    return Outcome(Verdict.UNKNOWN, reply.status, None, reply.text, KEY_USED)


def refused(reply: Reply) -> Outcome:
    """The call was not taken, and neither the recipient nor the whole account is known to be why: the mail
    waits, and is shown."""
    return Outcome(Verdict.UNREACHED, reply.status, None, reply.text, "call-refused")


BY_STATUS = {
    401: "account-refused",
    402: "quota-used",
    403: "account-refused",
    404: "not-set-up",
    405: "not-set-up",
    429: "throttled",
}


def by_status(reply: Reply) -> Outcome:
    """What an answer other than 2xx means where the provider's own words add nothing."""
    if reply.status in BY_STATUS:
        return channel(reply, BY_STATUS[reply.status])
    if reply.status == 413:
        return bounced(reply, "too-large")
    if 300 <= reply.status < 400:
        return channel(reply, "not-set-up")  # led elsewhere, it has kept nothing
    if reply.status == 408 or reply.status >= 500 or reply.status < 300:
        return Outcome(Verdict.UNKNOWN, reply.status, None, reply.text, "no-answer")
    return refused(reply)
