"""Text messages over any HTTP service that takes JSON, and the catcher's stand-in for one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Protocol

from nurture.delivery.compose import compose_note
from nurture.delivery.provider import Envelope, Mark, Outcome, Provider, Verdict
from nurture.http import CallFailed, Http, Reply

NOTHING_LEFT = ("no connection", "unknown host", "not a public address")
"""Failures of a call after which nothing can have arrived."""
OURS = (401, 403, 429, 503)
"""Refusals that are not about this message."""
FENCED = Outcome(Verdict.FENCED, None, None, "", "fenced")


class Sms(Protocol):
    """What hands text messages over. ``number``: of the recipient; ``send_id``: the same for every try."""

    name: str

    async def deliver(self, text: str, number: str, send_id: str, mark: Mark) -> Outcome: ...

    async def close(self) -> None: ...


class HttpSms:
    """``POST {"id", "to", "from", "text"}`` with a bearer token; 2xx means taken."""

    name = "sms"

    def __init__(self, url: str, token: str, sender: str, http: Http) -> None:
        self._url = url
        self._token = token
        self._sender = sender
        self._http = http

    async def deliver(self, text: str, number: str, send_id: str, mark: Mark) -> Outcome:
        if not await mark():
            return FENCED
        body = {"id": send_id, "to": number, "from": self._sender, "text": text}
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {self._token}",
            "idempotency-key": send_id,
        }
        try:
            reply = await self._http.post(self._url, json.dumps(body).encode(), headers)
        except CallFailed as failed:
            lost = Verdict.UNREACHED if failed.kind in NOTHING_LEFT else Verdict.UNKNOWN
            return Outcome(lost, None, None, "", f"sms: {failed.kind}")
        return _answered(reply)

    async def close(self) -> None:
        await self._http.close()


class CaughtSms:
    """While mail is only caught, text messages are mails to the catcher: `PHONE@sms.invalid`."""

    name = "sms"

    def __init__(self, provider: Provider, sender: str) -> None:
        self._provider = provider
        self._sender = sender

    async def deliver(self, text: str, number: str, send_id: str, mark: Mark) -> Outcome:
        recipient = f"{''.join(filter(str.isalnum, number)) or 'nobody'}@sms.invalid"
        number_of_mail = f"<{send_id}@sms.invalid>"
        mail = compose_note(self._sender, recipient, f"SMS to {number}", text, message_id=number_of_mail)
        envelope = Envelope(self._sender, recipient)
        outcome = await self._provider.deliver(mail, envelope, mark)
        # Only mails are put off and sent again as they were.
        return replace(outcome, verdict=Verdict.UNREACHED) if outcome.verdict is Verdict.RETRY else outcome

    async def close(self) -> None:
        """The provider is closed by whoever made it."""


def _answered(reply: Reply) -> Outcome:
    if reply.ok:
        return Outcome(Verdict.SENT, reply.status, None, "", "accepted")
    if reply.status in OURS:
        return Outcome(Verdict.UNREACHED, reply.status, None, reply.text, f"sms: http {reply.status}")
    if reply.status >= 500:
        return Outcome(Verdict.UNKNOWN, reply.status, None, reply.text, f"sms: http {reply.status}")
    return Outcome(Verdict.BOUNCED, reply.status, None, reply.text, "refused")
