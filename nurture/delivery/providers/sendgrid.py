"""SendGrid: `/v3/mail/send`, and the event webhook, signed with a key of its own."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from nurture.delivery import calling
from nurture.delivery.agents import looks_like_machine
from nurture.delivery.calling import Request
from nurture.delivery.forms import fields_of, in_charset, is_form
from nurture.delivery.hooks import Call, Forged, fresh, of_body, signed_in
from nurture.delivery.inbound import from_headers, from_raw, lines_of, words_of
from nurture.delivery.parts import parts_of
from nurture.delivery.provider import Envelope, Outcome
from nurture.delivery.reading import Doc, Unreadable, all_of, an_object, number_of, ours, parsed
from nurture.delivery.returns import ReturnPath
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import UNTOLD_HARD, UNTOLD_SOFT, MailEvent, Odd, Told, why
from nurture.http import Reply

OFF = {"enable": False}
TAKEN = 202
OF_RECIPIENT = re.compile(r"\.to\.\d+\.email")
OF_TEXT = re.compile(r"\bcontent\.\d+\.value|\bsubject")
"""Of the name of the field that is wrong. Others, such as headers and arguments, are alike in every mail."""
NOT_TAKEN = ("x-sg-id", "x-sg-eid", "received", "dkim-signature", "cc", "bcc", "reply-to")
"""Headers that it refuses: https://www.twilio.com/docs/sendgrid/api-reference/mail-send, as of 2026-11."""


class SendGrid:
    name = "sendgrid"
    key_seconds = 0.0

    def __init__(self, account: MailAccount) -> None:
        self._url = f"{account.api('https://api.sendgrid.com')}/v3/mail/send"
        self._token = account.user

    def request(self, mail: bytes, envelope: Envelope) -> Request:
        parts = parts_of(mail)
        to = parts.named((parts.recipient[0], envelope.recipient))
        content = [{"type": "text/plain", "value": parts.text}]
        if parts.html:
            content.append({"type": "text/html", "value": parts.html})
        body = {
            "personalizations": [{"to": [to], "custom_args": {"nurture_send": envelope.send_id}}],
            "from": parts.named(parts.sender),
            **({"reply_to": {"email": parts.reply_to}} if parts.reply_to else {}),
            "subject": parts.subject,
            "content": content,
            "headers": {
                name: value for name, value in parts.headers.items() if name.lower() not in NOT_TAKEN
            },
            "tracking_settings": {
                "click_tracking": {**OFF, "enable_text": False},
                "open_tracking": OFF,
                "subscription_tracking": OFF,
            },
        }
        return calling.json_request(self._url, body, authorization=f"Bearer {self._token}")

    def answered(self, reply: Reply) -> Outcome:
        if reply.status == TAKEN:
            return calling.taken(reply, reply.headers.get("x-message-id", ""))
        errors = [Doc(error) for error in calling.said(reply).all("errors")]
        fields = " ".join(error.text("field") for error in errors).lower()
        words = " ".join(error.text("message") for error in errors).lower()
        if "verified sender" in words or fields.startswith("from"):
            return calling.channel(reply, "sender-not-verified")
        if "credits" in words:
            return calling.channel(reply, "quota-used")
        if reply.status == 400 and OF_RECIPIENT.search(fields):
            return calling.bounced(reply, "bad-address")
        if reply.status == 400 and OF_TEXT.search(fields):
            return calling.bounced(reply, "content")
        return calling.by_status(reply)


TOLD: Mapping[str, Told] = {
    "processed": Told.ACCEPTED,
    "deferred": Told.DEFERRED,
    "delivered": Told.DELIVERED,
    "bounce": Told.BOUNCED,
    "blocked": Told.BOUNCED,
    "dropped": Told.BOUNCED,
    "spamreport": Told.COMPLAINED,
    "unsubscribe": Told.UNSUBSCRIBED,
    "group_unsubscribe": Told.UNSUBSCRIBED,
    "group_resubscribe": Told.RESUBSCRIBED,
    "open": Told.OPENED,
    "click": Told.CLICKED,
}
# https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event, as of 2026-11
DROPPED: Mapping[str, tuple[Told, str]] = {
    "bounced address": (Told.BOUNCED, "hard-bounce"),
    "invalid": (Told.BOUNCED, "hard-bounce"),
    "invalid smtpapi header": (Told.BOUNCED, "protocol"),
    "unsubscribed address": (Told.UNSUBSCRIBED, ""),
    "spam reporting address": (Told.COMPLAINED, ""),
    "recipient list over package quota": (Told.BOUNCED, "policy"),
    "spam content (if spam checker app enabled)": (Told.BOUNCED, "content"),
    "spam content": (Told.BOUNCED, "content"),
}
# Bounce and block classifications: https://www.twilio.com/docs/sendgrid/ui/analytics-and-reporting
CLASSES = {"content": "content", "reputation": "policy", "frequency or volume too high": "slow-down"}
BEHIND_THE_NUMBER = re.compile(r"\.(filter|recvd)")
"""What follows the number of the call in that of a mail; the number itself may have dots."""
SIGNATURE = "x-twilio-email-event-webhook-signature"
TIME = "x-twilio-email-event-webhook-timestamp"


class SendGridHook:
    """``secrets``: public keys, as SendGrid shows them."""

    name = "sendgrid"

    def __init__(self, secrets: Sequence[str], returns: ReturnPath | None = None) -> None:
        self._keys = [key for secret in secrets if (key := _key(secret))]
        self._accounts = [secret for secret in secrets if ":" in secret]
        self._returns = returns

    async def proved(self, call: Call, now: datetime) -> str:
        # Mails that came in are signed only where that was asked for; else the address has a password.
        if is_form(call) and not call.header(SIGNATURE):
            signed_in(call, self._accounts)
            return of_body(call)
        at = call.header(TIME)
        if not at.isascii():
            raise Forged("the time is not a number")
        self._verify(call.header(SIGNATURE), at.encode() + call.body)
        fresh(at, now)
        return of_body(call)

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        if is_form(call):
            return _came_in(call, self._returns)
        return all_of(call.body, event_of)

    def _verify(self, given: str, message: bytes) -> None:
        try:
            sign = b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            raise Forged("the signature is not base64") from None
        for key in self._keys:
            try:
                key.verify(sign, message, ECDSA(SHA256()))
            except InvalidSignature:
                continue
            return
        raise Forged("the signature is wrong")


def _came_in(call: Call, returns: ReturnPath | None) -> Sequence[MailEvent | Odd]:
    """https://www.twilio.com/docs/sendgrid/for-developers/parsing-email, as of 2026-11"""
    try:
        fields = fields_of(call)
    except Unreadable as error:
        return [Odd(0, str(error))]
    number = of_body(call)
    to = [one for one in _in_json(fields, "envelope").all("to") if isinstance(one, str)]
    if raw := fields.get("email", ""):
        return from_raw(raw, number, returns, to)
    usual = [("Delivered-To", one) for one in to]
    beside = [(name.title(), fields.get(name, "")) for name in ("from", "subject")]
    pairs = [*usual, *lines_of(fields.get("headers", "")), *beside]
    return from_headers(pairs, number, returns, _words(fields))


def _words(fields: Mapping[str, str]) -> str:
    """Each text is in a charset of its own."""
    told = _in_json(fields, "charsets")
    plain, html = (in_charset(fields.get(name, ""), told.text(name)) for name in ("text", "html"))
    return words_of(plain, html)


def _in_json(fields: Mapping[str, str], name: str) -> Doc:
    """Empty where it cannot be read: the mail itself can."""
    try:
        return Doc(parsed(fields.get(name, "{}").encode("utf-8", "replace")))
    except Unreadable:
        return Doc({})


def _key(text: str) -> EllipticCurvePublicKey | None:
    """None: it is none, and nothing can be proved by it."""
    lines = [line for line in text.split() if "-" not in line]
    try:
        found = load_der_public_key(b64decode("".join(lines), validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return None
    return found if isinstance(found, EllipticCurvePublicKey) else None


def event_of(item: Any) -> MailEvent:
    doc = an_object(item)
    name = doc.text("event")
    told, reason, code = TOLD.get(name, Told.OTHER), "", None
    if name == "dropped":
        told, reason = DROPPED.get(doc.text("reason").lower(), (Told.BOUNCED, "soft-bounce"))
    elif told is Told.BOUNCED:
        reason, code = _why(doc)
    elif told is Told.DEFERRED:
        reason, code = why(doc.text("response", "reason"), for_good=False)
    return MailEvent(
        told,
        key=doc.text("sg_event_id")[:150] or number_of(item),
        name=name[:100],
        at=doc.at("timestamp"),
        send_id=ours(doc.text("nurture_send")),
        remote_id=_number(doc),
        recipient=doc.address("email"),
        reason=reason,
        code=code,
        machine=doc.yes("sg_machine_open") or looks_like_machine(doc.text("useragent")),
    )


def _number(doc: Doc) -> str:
    given = doc.text("sg_message_id")
    known = BEHIND_THE_NUMBER.split(given)[0]
    return (known if known != given else given.partition(".")[0]) or doc.text("smtp-id").strip("<>")


def _why(doc: Doc) -> tuple[str, int | None]:
    """``bounce`` is for good and ``blocked`` for now, by SendGrid's own telling."""
    blocked = doc.text("event") == "blocked" or doc.text("type") == "blocked"
    status = doc.text("status")
    said = doc.text("reason", "response")
    whole = f"{said} {status}" if status and status not in said else said
    reason, code = why(whole, for_good=not blocked, gone=not blocked)
    if reason in (UNTOLD_HARD, UNTOLD_SOFT):
        reason = CLASSES.get(doc.text("bounce_classification").lower(), reason)
    return reason, code
