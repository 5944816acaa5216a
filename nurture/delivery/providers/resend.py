"""Resend: `/emails` with an idempotency key, and webhooks signed as Svix does."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nurture.delivery import calling
from nurture.delivery.agents import looks_like_machine
from nurture.delivery.calling import Request
from nurture.delivery.hooks import Call
from nurture.delivery.numbers import keeping_ours
from nurture.delivery.parts import parts_of
from nurture.delivery.provider import Envelope, Outcome, Verdict
from nurture.delivery.reading import Doc, all_of, an_object, number_of, ours
from nurture.delivery.standard import proved
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import UNTOLD_SOFT, MailEvent, Odd, Told, keyed, why
from nurture.http import Reply

DAY = 24 * 3600.0
# https://resend.com/docs/api-reference/errors, as of 2026-11
OF_ACCOUNT = {
    "missing_api_key": "account-refused",
    "invalid_api_key": "account-refused",
    "restricted_api_key": "account-refused",
    "invalid_access": "account-refused",
    "not_found": "not-set-up",
    "invalid_from_address": "sender-not-verified",
    "rate_limit_exceeded": "throttled",
    "daily_quota_exceeded": "quota-used",
    "monthly_quota_exceeded": "quota-used",
}
GOING_ON, OTHER_TEXT = "concurrent_idempotent_requests", "invalid_idempotent_request"
"""The key was used before: by a call that is still going on, or for another text."""


class Resend:
    name = "resend"
    key_seconds = DAY

    def __init__(self, account: MailAccount) -> None:
        self._url = f"{account.api('https://api.resend.com')}/emails"
        self._token = account.user

    def request(self, mail: bytes, envelope: Envelope) -> Request:
        parts = parts_of(mail)
        body = {
            "from": parts.line(parts.sender),
            "to": [parts.line((parts.recipient[0], envelope.recipient))],
            **({"reply_to": parts.reply_to} if parts.reply_to else {}),
            "subject": parts.subject,
            "text": parts.text,
            **({"html": parts.html} if parts.html else {}),
            "headers": keeping_ours(parts.headers),
            "tags": [{"name": "nurture_send", "value": envelope.send_id}],
        }
        key = calling.key_of(envelope)
        return calling.json_request(
            self._url, body, authorization=f"Bearer {self._token}", idempotency_key=key
        )

    def answered(self, reply: Reply) -> Outcome:
        answer = calling.said(reply)
        if reply.ok:
            return calling.taken(reply, answer.text("id"))
        kind, message = answer.text("name"), answer.text("message").lower()
        if kind == OTHER_TEXT:
            return calling.key_used(reply)
        if kind == GOING_ON:
            return Outcome(Verdict.UNKNOWN, reply.status, None, reply.text, "no-answer")
        if kind in OF_ACCOUNT:
            return calling.channel(reply, OF_ACCOUNT[kind])
        if reply.status in (400, 422):
            return _invalid(reply, message)
        if reply.status == 403 and "domain" in message:
            return calling.channel(reply, "sender-not-verified")
        return calling.by_status(reply)


def _invalid(reply: Reply, message: str) -> Outcome:
    if "`to`" in message:
        return calling.bounced(reply, "bad-address")
    return calling.channel(reply, "sender-not-verified") if "`from`" in message else calling.refused(reply)


TOLD: Mapping[str, Told] = {
    "email.sent": Told.ACCEPTED,
    "email.delivered": Told.DELIVERED,
    "email.delivery_delayed": Told.DEFERRED,
    "email.bounced": Told.BOUNCED,
    "email.complained": Told.COMPLAINED,
    "email.opened": Told.OPENED,
    "email.clicked": Told.CLICKED,
    "email.failed": Told.BOUNCED,
    "email.suppressed": Told.BOUNCED,
}
# https://resend.com/docs/webhooks/suppressions/added, as of 2026-11
ORIGINS: Mapping[str, tuple[Told, str]] = {
    "bounce": (Told.BOUNCED, "hard-bounce"),
    "complaint": (Told.COMPLAINED, ""),
    "manual": (Told.UNSUBSCRIBED, ""),
}
# Of a transient bounce: https://resend.com/docs/dashboard/emails/email-bounces, as of 2026-11
TRANSIENT = {
    "mailboxfull": "mailbox-full",
    "messagetoolarge": "too-large",
    "contentrejected": "content",
    "attachmentrejected": "content",
}
PREFIX = "whsec_"
NAMES = ("svix", "webhook")


class ResendHook:
    """``secrets``: each ``whsec_...``."""

    name = "resend"

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [_key(secret) for secret in secrets]

    async def proved(self, call: Call, now: datetime) -> str:
        return proved(call, self._keys, now, NAMES)

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        found = all_of(call.body, _event)
        # One event a call; its number is that of the call.
        number = next((given for name in NAMES if (given := call.header(f"{name}-id"))), "")
        alone = len(found) == 1 and number
        return [keyed(one, number) if alone and isinstance(one, MailEvent) else one for one in found]


def _key(secret: str) -> bytes:
    try:
        return b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def _event(item: Any) -> MailEvent:
    doc = an_object(item)
    name, data = doc.text("type"), doc.doc("data")
    told, reason, code = TOLD.get(name, Told.OTHER), "", None
    if told is Told.BOUNCED:
        reason, code = _why(name, data)
    elif name == "suppression.added":
        told, reason = ORIGINS.get(data.text("origin"), (Told.OTHER, ""))
    elif name == "contact.updated" and data.yes("unsubscribed"):
        told = Told.UNSUBSCRIBED
    click = data.doc("click" if told is Told.CLICKED else "open")
    return MailEvent(
        told,
        key=number_of(item),
        name=name[:100],
        at=doc.at("created_at") or data.at("created_at"),
        send_id=ours(tag_of(data)),
        remote_id=data.text("email_id", "source_id"),
        recipient=data.address("to", "email"),
        reason=reason,
        code=code,
        machine=looks_like_machine(click.text("userAgent")),
    )


def _why(name: str, data: Doc) -> tuple[str, int | None]:
    bounce = data.doc("bounce")
    message, kind = bounce.text("message"), bounce.text("type").lower()
    if name == "email.failed":  # before anybody was asked: a quota, a domain, a text
        return "protocol", None
    if name == "email.suppressed" or "suppress" in f"{message} {bounce.text('subType')}".lower():
        return "hard-bounce", None
    # Without a type it is for good: https://resend.com/docs/dashboard/emails/email-bounces
    said = " ".join([message, *(text for text in bounce.all("diagnosticCode") if isinstance(text, str))])
    gone = kind in ("", "permanent")
    found, code = why(said, for_good=gone, gone=gone)
    return (TRANSIENT.get(bounce.text("subType").lower(), found) if found == UNTOLD_SOFT else found), code


def tag_of(data: Doc) -> str:
    """Tags come as an object; older events had a list of names and values."""
    for tag in data.all("tags"):
        if (found := Doc(tag)).text("name") == "nurture_send":
            return found.text("value")
    return data.doc("tags").text("nurture_send")
