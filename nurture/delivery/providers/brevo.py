"""Brevo: `/v3/smtp/email` with a key that lives half an hour, and webhooks told by a password."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nurture.delivery import calling
from nurture.delivery.agents import looks_like_machine
from nurture.delivery.calling import Request
from nurture.delivery.hooks import Call, of_body, signed_in
from nurture.delivery.numbers import keeping_ours
from nurture.delivery.parts import parts_of
from nurture.delivery.provider import Envelope, Outcome
from nurture.delivery.reading import Doc, Unreadable, all_of, an_object, digest, number_of, ours, parsed
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import MailEvent, Odd, Told, why
from nurture.http import Reply

HALF_AN_HOUR = 1800.0
CUSTOM = "X-Mailin-custom"
# https://developers.brevo.com/docs/how-it-works#error-codes, as of 2026-11
OF_ACCOUNT = {
    "unauthorized": "account-refused",
    "permission_denied": "account-refused",
    "account_under_validation": "account-refused",
    "not_enough_credits": "quota-used",
    "too_many_requests": "throttled",
}
OF_RECIPIENT = re.compile(r"\b(valid|required|missing) in to\b|invalid recipient|recipient (is|email is) ")
REPEATED = "duplicate_parameter"
"""The key was used in the last half hour."""


class Brevo:
    name = "brevo"
    key_seconds = HALF_AN_HOUR

    def __init__(self, account: MailAccount) -> None:
        self._url = f"{account.api('https://api.brevo.com')}/v3/smtp/email"
        self._key = account.user

    def request(self, mail: bytes, envelope: Envelope) -> Request:
        parts = parts_of(mail)
        key = calling.key_of(envelope)
        custom = json.dumps({"nurture_send": envelope.send_id})
        body: dict[str, Any] = {
            "sender": parts.named(parts.sender),
            "to": [parts.named((parts.recipient[0], envelope.recipient))],
            **({"replyTo": {"email": parts.reply_to}} if parts.reply_to else {}),
            "subject": parts.subject,
            "textContent": parts.text,
            **({"htmlContent": parts.html} if parts.html else {}),
            "headers": {**keeping_ours(parts.headers), CUSTOM: custom, "idempotencyKey": key},
            # Its log names this; what stands in the headers its webhooks alone tell.
            **({"tags": [envelope.send_id]} if envelope.send_id else {}),
        }
        return calling.json_request(self._url, body, api_key=self._key)

    def answered(self, reply: Reply) -> Outcome:
        answer = calling.said(reply)
        if reply.ok:
            return calling.taken(reply, answer.text("messageId"))
        code, message = answer.text("code"), answer.text("message").lower()
        if code == REPEATED:
            return calling.key_used(reply)
        if code in OF_ACCOUNT:
            return calling.channel(reply, OF_ACCOUNT[code])
        if reply.status == 400 and "sender" in message:
            return calling.channel(reply, "sender-not-verified")
        if reply.status == 400 and OF_RECIPIENT.search(message):
            return calling.bounced(reply, "bad-address")
        return calling.by_status(reply)


TOLD: Mapping[str, Told] = {
    "request": Told.ACCEPTED,
    "sent": Told.ACCEPTED,
    "delivered": Told.DELIVERED,
    "deferred": Told.DEFERRED,
    "softbounce": Told.BOUNCED,
    "hardbounce": Told.BOUNCED,
    "invalidemail": Told.BOUNCED,
    "invalid": Told.BOUNCED,
    "blocked": Told.BOUNCED,
    "error": Told.BOUNCED,
    "spam": Told.COMPLAINED,
    "complaint": Told.COMPLAINED,
    "opened": Told.OPENED,
    "uniqueopened": Told.OPENED,
    "proxyopen": Told.OPENED,
    "uniqueproxyopen": Told.OPENED,
    "loadedbyproxy": Told.OPENED,
    "click": Told.CLICKED,
    "clicked": Told.CLICKED,
    "unsubscribe": Told.UNSUBSCRIBED,
    "unsubscribed": Told.UNSUBSCRIBED,
}
"""By the letters of a name: it is ``soft_bounce`` here and ``softBounce`` there."""
FOR_GOOD = ("hardbounce", "invalidemail", "invalid")
BY_PROXY = ("proxyopen", "uniqueproxyopen", "loadedbyproxy")
NO_LETTER = re.compile(r"[^a-z]")


class BrevoHook:
    """``secrets``: each ``user:password``, as in the address that Brevo was given."""

    name = "brevo"

    def __init__(self, secrets: Sequence[str]) -> None:
        self._accounts = secrets

    async def proved(self, call: Call, now: datetime) -> str:
        signed_in(call, self._accounts)
        return of_body(call)

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        return all_of(call.body, event_of)


def event_of(item: Any) -> MailEvent:
    doc = an_object(item)
    name = NO_LETTER.sub("", doc.text("event").lower())
    told, reason, code = TOLD.get(name, Told.OTHER), "", None
    if told in (Told.BOUNCED, Told.DEFERRED):
        reason, code = _why(name, doc.text("reason"))
    mail, to = doc.text("message-id", "message_id").strip("<> "), doc.address("email")
    at = doc.text("ts_epoch", "ts_event", "ts", "date")
    told_of = digest(name, mail, to.lower(), at, doc.text("link")) if mail or to else number_of(item)
    return MailEvent(
        told,
        key=told_of,
        name=doc.text("event")[:100],
        # "date" is in a zone that nobody tells; the others are seconds or milliseconds, as they like.
        at=doc.at("ts_epoch", "ts_event", "ts"),
        send_id=ours(_custom(doc.text(CUSTOM))),
        remote_id=mail,
        recipient=to,
        reason=reason,
        code=code,
        machine=name in BY_PROXY or looks_like_machine(doc.text("user_agent")),
    )


def _why(name: str, said: str) -> tuple[str, int | None]:
    if name == "blocked":  # by Brevo, before it tried: the address is on a list of ours or of theirs
        return "hard-bounce" if "bounce" in said.lower() else "refused", None
    if name == "error":
        return "protocol", None
    return why(said, for_good=name in FOR_GOOD, gone=name in FOR_GOOD)


def _custom(text: str) -> str:
    try:
        return Doc(parsed(text.encode())).text("nurture_send") or text
    except Unreadable:
        return text
