"""Mailgun: `/messages.mime` with the mail as it is, and webhooks whose signature does not cover the event."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from nurture.delivery import calling
from nurture.delivery.agents import looks_like_machine
from nurture.delivery.calling import Request
from nurture.delivery.forms import fields_of, is_form
from nurture.delivery.hooks import SKEW, Call, Forged, fresh, signed
from nurture.delivery.provider import Envelope, Outcome
from nurture.delivery.providers.mailgun_forms import OF_US, as_now, came_in, tells_of_ours
from nurture.delivery.reading import Doc, Unreadable, all_of, an_object, digest, each, ours, parsed
from nurture.delivery.returns import ReturnPath
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import MailEvent, Odd, Told, why
from nurture.http import Reply

OF_RECIPIENT = re.compile(r"(?<![-:\w])'?to'? (parameter|address)")
OF_SENDER = re.compile(r"\bfrom'? (parameter|address)|domain")


class Mailgun:
    """The account's host is our domain there, its user the API key."""

    name = "mailgun"
    key_seconds = 0.0

    def __init__(self, account: MailAccount) -> None:
        self._url = f"{account.api('https://api.mailgun.net')}/v3/{account.host}/messages.mime"
        self._auth = b64encode(f"api:{account.user}".encode()).decode()

    def request(self, mail: bytes, envelope: Envelope) -> Request:
        fields = {
            "to": envelope.recipient,
            "v:nurture_send": envelope.send_id,
            "o:tracking": "no",
            "o:tracking-opens": "no",
            "o:tracking-clicks": "no",
        }
        boundary = uuid4().hex
        body = b"".join(_part(boundary, f'name="{name}"', value.encode()) for name, value in fields.items())
        body += _part(boundary, 'name="message"; filename="mail.mime"', mail) + f"--{boundary}--\r\n".encode()
        headers = {
            "content-type": f"multipart/form-data; boundary={boundary}",
            "authorization": f"Basic {self._auth}",
        }
        return Request(self._url, body, headers)

    def answered(self, reply: Reply) -> Outcome:
        answer = calling.said(reply)
        message = (answer.text("message") or reply.text).lower()
        if reply.ok:
            return calling.taken(reply, answer.text("id"))
        if reply.status == 400 and OF_RECIPIENT.search(message):
            return calling.bounced(reply, "bad-address")
        if reply.status == 400 and OF_SENDER.search(message):
            return calling.channel(reply, "sender-not-verified")
        if reply.status == 403 and ("limit" in message or "quota" in message):
            return calling.channel(reply, "quota-used")
        return calling.by_status(reply)


def _part(boundary: str, name: str, value: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode() + value + b"\r\n"


TOLD: Mapping[str, Told] = {
    "accepted": Told.ACCEPTED,
    "delivered": Told.DELIVERED,
    "opened": Told.OPENED,
    "clicked": Told.CLICKED,
    "unsubscribed": Told.UNSUBSCRIBED,
    "complained": Told.COMPLAINED,
    "rejected": Told.BOUNCED,
}
# https://documentation.mailgun.com/docs/mailgun/user-manual/events, as of 2026-11
SUPPRESSED: Mapping[str, tuple[Told, str]] = {
    "suppress-bounce": (Told.BOUNCED, "hard-bounce"),
    "suppress-complaint": (Told.COMPLAINED, ""),
    "suppress-unsubscribe": (Told.UNSUBSCRIBED, ""),
}
OWN_CODES = {498: "soft-bounce", 499: "soft-bounce", 605: "hard-bounce"}
"""Mailgun's own, of no mail server: no answer, and addresses on its list of bounces."""
COMPLAINED_BEFORE = 607
RETRIED_FOR = timedelta(hours=24)
# https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks, as of 2026-11
SECONDS = re.compile(r"[0-9]{10}")
TOKEN = re.compile(r"[0-9A-Za-z]{50}")


class MailgunHook:
    """``secrets``: webhook signing keys. The signature covers time and token alone: a token is good for one
    body only, which the inbox holds."""

    name = "mailgun"

    def __init__(self, secrets: Sequence[str], returns: ReturnPath | None = None) -> None:
        self._keys = secrets
        self._returns = returns

    async def proved(self, call: Call, now: datetime) -> str:
        try:
            found = Doc(fields_of(call)) if is_form(call) else Doc(parsed(call.body)).doc("signature")
        except Unreadable:
            raise Forged("there is no signature") from None
        at, token = found.text("timestamp"), found.text("token")
        # Signed is one after the other with nothing between: only one place to part them may be good.
        if not SECONDS.fullmatch(at) or not TOKEN.fullmatch(token):
            raise Forged("time or token are not as Mailgun writes them")
        signed(found.text("signature"), self._keys, f"{at}{token}".encode())
        fresh(at, now, before=RETRIED_FOR, after=SKEW)
        return token

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        if not is_form(call):
            return all_of(call.body, event_of)
        try:
            fields = fields_of(call)
        except Unreadable as error:
            return [Odd(0, str(error))]
        if tells_of_ours(fields):
            return each([{"event-data": as_now(fields)}], event_of)
        return came_in(call, fields, self._returns)


def event_of(item: Any) -> MailEvent:
    doc = an_object(item).doc("event-data")
    name = doc.text("event")
    if not name:
        raise Unreadable("there is no event-data")
    told, reason, code = TOLD.get(name, Told.OTHER), "", None
    if name == "failed":
        told, reason, code = _failed(doc)
    elif name == "rejected":
        reason = "content"
    message = doc.doc("message").doc("headers")
    client = doc.doc("client-info")
    return MailEvent(
        told,
        # Its id is unique within a day only.
        key=digest(doc.text("id"), doc.text("timestamp"), name, message.text("message-id")),
        name=f"{name} {doc.text('severity')}".strip()[:100],
        at=doc.at("timestamp"),
        send_id=ours(doc.doc("user-variables").text(OF_US)),
        remote_id=message.text("message-id").strip("<>"),
        # One that is rejected names nobody but in its headers.
        recipient=doc.address("recipient") or message.address("to"),
        reason=reason,
        code=code,
        machine=bool(client.text("bot")) or looks_like_machine(client.text("user-agent")),
    )


def _failed(doc: Doc) -> tuple[Told, str, int | None]:
    if found := SUPPRESSED.get(doc.text("reason")):
        return *found, None
    status = doc.doc("delivery-status")
    number = status.text("code").partition(".")[0]
    code = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None
    for_good = doc.text("severity") == "permanent"
    told = Told.BOUNCED if for_good else Told.DEFERRED
    if code == COMPLAINED_BEFORE:
        return Told.COMPLAINED, "", code
    if code in OWN_CODES:
        return told, OWN_CODES[code], code
    words = f"{status.text('message')} {status.text('description')}"
    smtp = code if code is not None and 400 <= code < 600 else None
    said = f"{smtp} {words}" if smtp and str(smtp) not in words else words
    reason, quoted = why(said, for_good=for_good, gone=for_good and doc.text("reason") == "bounce")
    return told, reason, quoted or smtp
