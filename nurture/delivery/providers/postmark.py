"""Postmark: `/email`, and its webhooks, which are told by a password in their address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nurture.delivery import calling
from nurture.delivery.agents import looks_like_machine
from nurture.delivery.calling import Request
from nurture.delivery.hooks import Call, of_body, signed_in
from nurture.delivery.inbound import from_headers, from_raw, words_of
from nurture.delivery.parts import parts_of
from nurture.delivery.provider import Envelope, Outcome
from nurture.delivery.reading import Doc, Unreadable, an_object, digest, each, ours, parsed
from nurture.delivery.returns import ReturnPath
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import MailEvent, Odd, Told, why
from nurture.http import Reply

# https://postmarkapp.com/developer/api/overview#error-codes, as of 2026-11
OF_ACCOUNT = {
    10: "account-refused",
    400: "sender-not-verified",
    401: "sender-not-verified",
    405: "quota-used",
    412: "account-refused",
    413: "account-refused",
    1235: "not-set-up",
}
OF_RECIPIENT = {406: "hard-bounce"}
FORBIDDEN_KIND = 411
"""Of something attached."""
INVALID = 300
OF_OTHERS = re.compile(r"'(from|reply-?to|cc|bcc)'")
OF_TEXT = re.compile(r"text ?body|html ?body|subject|attachment")
DOWN = 100
"""A planned outage: https://postmarkapp.com/developer/api/overview."""


class Postmark:
    name = "postmark"
    key_seconds = 0.0

    def __init__(self, account: MailAccount) -> None:
        self._url = f"{account.api('https://api.postmarkapp.com')}/email"
        self._token = account.user
        self._stream = account.options.get("stream", "outbound")

    def request(self, mail: bytes, envelope: Envelope) -> Request:
        parts = parts_of(mail)
        # It makes a Message-ID of its own unless it is asked to keep ours.
        headers = {**parts.headers, "X-PM-KeepID": "true"}
        body = {
            "From": parts.line(parts.sender),
            "To": parts.line((parts.recipient[0], envelope.recipient)),
            **({"ReplyTo": parts.reply_to} if parts.reply_to else {}),
            "Subject": parts.subject,
            "TextBody": parts.text,
            **({"HtmlBody": parts.html} if parts.html else {}),
            "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
            "Metadata": {"nurture_send": envelope.send_id},
            "MessageStream": self._stream,
            "TrackOpens": False,
            "TrackLinks": "None",
        }
        return calling.json_request(self._url, body, x_postmark_server_token=self._token)

    def answered(self, reply: Reply) -> Outcome:
        answer = calling.said(reply)
        code = int(number) if (number := answer.text("ErrorCode")).isdigit() else None
        if reply.ok and not code:
            return calling.taken(reply, answer.text("MessageID"))
        if code in OF_ACCOUNT:
            return calling.channel(reply, OF_ACCOUNT[code])
        if code in OF_RECIPIENT:
            return calling.bounced(reply, OF_RECIPIENT[code])
        if code == FORBIDDEN_KIND:
            return calling.bounced(reply, "content")
        if code == INVALID:
            return _invalid(reply, answer.text("Message").lower())
        if reply.status == 503 or code == DOWN:
            return calling.channel(reply, "provider-down")
        return calling.by_status(reply)


def _invalid(reply: Reply, message: str) -> Outcome:
    """One code for all that may be wrong in a request; only an address in ``To`` is the recipient's."""
    if "'to'" in message or ("illegal email" in message and not OF_OTHERS.search(message)):
        return calling.bounced(reply, "bad-address")
    return calling.bounced(reply, "content") if OF_TEXT.search(message) else calling.refused(reply)


TOLD: Mapping[str, Told] = {
    "Delivery": Told.DELIVERED,
    "Bounce": Told.BOUNCED,
    "SpamComplaint": Told.COMPLAINED,
    "Open": Told.OPENED,
    "Click": Told.CLICKED,
    "SubscriptionChange": Told.OTHER,
}
# https://postmarkapp.com/developer/api/bounce-api#bounce-types, as of 2026-11
BOUNCES: Mapping[str, Told] = {
    "Transient": Told.DEFERRED,
    "Unsubscribe": Told.UNSUBSCRIBED,
    "Subscribe": Told.RESUBSCRIBED,
    "AutoResponder": Told.REPLIED,
    "AddressChange": Told.REPLIED,
    "OpenRelayTest": Told.OTHER,
    "ChallengeVerification": Told.REPLIED,
    "VirusNotification": Told.REPLIED,
    "SpamComplaint": Told.COMPLAINED,
    "Unconfirmed": Told.OTHER,
    "InboundError": Told.OTHER,
}
NEVER_AGAIN = ("HardBounce", "BadEmailAddress", "ManuallyDeactivated")
OF_US = {
    "SpamNotification": "policy",
    "Blocked": "policy",
    "DMARCPolicy": "authentication",
    "SMTPApiError": "protocol",
    "TemplateRenderingFailed": "content",
}
SUPPRESSED = {"HardBounce": Told.BOUNCED, "SpamComplaint": Told.COMPLAINED}
TIMES = ("BouncedAt", "DeliveredAt", "ReceivedAt", "ChangedAt")
BY_FIELD = {
    "BouncedAt": "Bounce",
    "DeliveredAt": "Delivery",
    "ChangedAt": "SubscriptionChange",
    "OriginalLink": "Click",
    "FirstOpen": "Open",
}
"""What a record is that does not say so, as older ones do not."""


CAME_IN = frozenset({"FromFull", "OriginalRecipient", "TextBody"})
"""What a mail that came in has, and no event."""


class PostmarkHook:
    """``secrets``: each ``user:password``, as in the address that Postmark was given."""

    name = "postmark"

    def __init__(self, secrets: Sequence[str], returns: ReturnPath | None = None) -> None:
        self._accounts = secrets
        self._returns = returns

    async def proved(self, call: Call, now: datetime) -> str:
        signed_in(call, self._accounts)
        return of_body(call)

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        try:
            found = parsed(call.body)
        except Unreadable as error:
            return [Odd(0, str(error))]
        if isinstance(found, dict) and CAME_IN & found.keys() and "RecordType" not in found:
            return _came_in(Doc(found), of_body(call), self._returns)
        return each(found if isinstance(found, list) else [found], event_of)


def _came_in(doc: Doc, number: str, returns: ReturnPath | None) -> Sequence[MailEvent | Odd]:
    """https://postmarkapp.com/developer/webhooks/inbound-webhook, as of 2026-11"""
    if raw := doc.whole("RawEmail"):
        return from_raw(raw, number, returns, [doc.text("OriginalRecipient")])
    headers = [an_object(one) for one in doc.all("Headers") if isinstance(one, dict)]
    pairs = [(one.text("Name"), one.text("Value")) for one in headers]
    full = doc.doc("FromFull").text("Email")
    came = [("From", f"<{full}>" if full else doc.text("From")), ("To", doc.text("OriginalRecipient", "To"))]
    came += [(name, doc.text(name)) for name in ("Date", "Subject")]
    words = words_of(doc.whole("TextBody"), doc.whole("HtmlBody"))
    return from_headers([*came, *pairs], number, returns, words)


def event_of(item: Any) -> MailEvent:
    doc = an_object(item)
    record = doc.text("RecordType") or next((kind for name, kind in BY_FIELD.items() if doc.has(name)), "")
    told, reason, code = TOLD.get(record, Told.OTHER), "", None
    if record == "Bounce":
        told, reason, code = _bounce(doc)
    elif record == "SubscriptionChange":
        told, reason = _change(doc)
    at, to = doc.at(*TIMES), doc.address("Email", "Recipient")
    # One and the same moment is written in other ways by the webhook and by the API.
    moment = at.isoformat() if at else doc.text(*TIMES)
    parts = (doc.text("MessageID"), record, moment, doc.text("ID"), doc.text("OriginalLink"))
    return MailEvent(
        told,
        key=digest(*parts, to.lower()),
        name=f"{record} {doc.text('Type')}".strip()[:100],
        at=at,
        send_id=ours(doc.doc("Metadata").text("nurture_send")),
        remote_id=doc.text("MessageID"),
        recipient=to,
        reason=reason,
        code=code,
        machine=looks_like_machine(doc.text("UserAgent")),
    )


def _bounce(doc: Doc) -> tuple[Told, str, int | None]:
    kind = doc.text("Type")
    if kind in BOUNCES:
        return BOUNCES[kind], "", None
    if kind in OF_US:
        return Told.BOUNCED, OF_US[kind], None
    gone = kind in NEVER_AGAIN
    # The description is Postmark's own of this kind; that of others names several reasons at once.
    said = f"{doc.text('Details')} {doc.text('Description') if gone else ''}"
    reason, code = why(said.strip(), for_good=gone, gone=gone)
    return Told.BOUNCED, reason, code


def _change(doc: Doc) -> tuple[Told, str]:
    """Of the suppressions of a stream, by whomever."""
    if not doc.yes("SuppressSending"):
        return Told.RESUBSCRIBED, ""
    told = SUPPRESSED.get(doc.text("SuppressionReason"), Told.UNSUBSCRIBED)
    return told, "hard-bounce" if told is Told.BOUNCED else ""
