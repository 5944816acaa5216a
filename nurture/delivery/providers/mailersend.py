"""MailerSend: `/v1/email`, with our id as a tag, and signed webhooks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nurture.delivery import calling
from nurture.delivery.agents import looks_like_machine
from nurture.delivery.calling import Request
from nurture.delivery.hooks import NOTHING, Call, of_body, signed
from nurture.delivery.numbers import keeping_ours
from nurture.delivery.parts import Parts, parts_of
from nurture.delivery.provider import Envelope, Outcome
from nurture.delivery.reading import Doc, Unreadable, all_of, an_object, number_of, ours, parsed
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import MailEvent, Odd, Told, why
from nurture.http import Reply

OF_ACCOUNT = re.compile(r"\b(trial|limit|quota|plan)\b")
LIST, THREAD, REFERENCES = "List-Unsubscribe", "In-Reply-To", "References"
OWN_PLACE = (LIST, THREAD, REFERENCES, "Message-ID")
"""Headers that have a place of their own in a call, or are always its own."""


class MailerSend:
    """``?headers=off``: for plans without headers of one's own."""

    name = "mailersend"
    key_seconds = 0.0

    def __init__(self, account: MailAccount) -> None:
        self._url = f"{account.api('https://api.mailersend.com')}/v1/email"
        self._token = account.user
        self._headers = account.options.get("headers", "on") != "off"

    def request(self, mail: bytes, envelope: Envelope) -> Request:
        parts = parts_of(mail)
        body = {
            "from": parts.named(parts.sender),
            "to": [parts.named((parts.recipient[0], envelope.recipient))],
            **({"reply_to": {"email": parts.reply_to}} if parts.reply_to else {}),
            "subject": parts.subject,
            "text": parts.text,
            **({"html": parts.html} if parts.html else {}),
            "tags": [envelope.send_id] if envelope.send_id else [],
            "settings": {"track_opens": False, "track_clicks": False, "track_content": False},
            **(_headers(parts) if self._headers else {}),
        }
        return calling.json_request(self._url, body, authorization=f"Bearer {self._token}")

    def answered(self, reply: Reply) -> Outcome:
        answer = calling.said(reply)
        if reply.ok:
            return _taken(reply, answer)
        wrong = answer.doc("errors")
        if reply.status == 422 and (wrong.has("from.email") or "ms42207" in str(reply.text).lower()):
            return calling.channel(reply, "sender-not-verified")
        if reply.status == 422 and OF_ACCOUNT.search(reply.text.lower()):
            return calling.channel(reply, "quota-used")
        if reply.status == 422 and wrong.has("to.0.email") and "valid" in wrong.first("to.0.email"):
            return calling.bounced(reply, "bad-address")
        return calling.by_status(reply)


def _taken(reply: Reply, answer: Doc) -> Outcome:
    """Taken, unless it warns that the only recipient is on its own list."""
    for warning in answer.all("warnings"):
        if Doc(warning).text("type") == "ALL_SUPPRESSED":
            return calling.bounced(reply, "hard-bounce" if "bounce" in reply.text else "refused")
    return calling.taken(reply, reply.headers.get("x-message-id", ""))


def _headers(parts: Parts) -> dict[str, Any]:
    """https://developers.mailersend.com/api/v1/email.html, as of 2026-11."""
    given = keeping_ours(parts.headers)
    own = [{"name": name, "value": value} for name, value in given.items() if name not in OWN_PLACE]
    found: dict[str, Any] = {"headers": own} if own else {}
    if LIST in given:
        found["list_unsubscribe"] = given[LIST]
    if THREAD in given:
        found["in_reply_to"] = given[THREAD]
    if REFERENCES in given:
        found["references"] = given[REFERENCES].split()
    return found


TOLD: Mapping[str, Told] = {
    "activity.queued": Told.ACCEPTED,
    "activity.sent": Told.ACCEPTED,
    "activity.delivered": Told.DELIVERED,
    "activity.deferred": Told.DEFERRED,
    "activity.soft_bounced": Told.BOUNCED,
    "activity.hard_bounced": Told.BOUNCED,
    "activity.opened": Told.OPENED,
    "activity.opened_unique": Told.OPENED,
    "activity.clicked": Told.CLICKED,
    "activity.clicked_unique": Told.CLICKED,
    "activity.survey_opened": Told.OPENED,
    "activity.survey_submitted": Told.CLICKED,
    "activity.unsubscribed": Told.UNSUBSCRIBED,
    "activity.spam_complaint": Told.COMPLAINED,
    "activity.spam_complaints": Told.COMPLAINED,
}
TEST = "webhook.test"
TEST_SECRET = "test_Am3L1GuOIc4blLUuHqAPxxwkZaJyEk8G"
LONGEST_TEST = 1000
"""Bytes of its body: ``{"type": "webhook.test", "message": "..."}``."""


class MailerSendHook:
    """``secrets``: signing secrets. A webhook can only be made once its address has answered a test, which
    proves nothing and tells nothing; its secret is known after that."""

    name = "mailersend"

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = secrets

    async def proved(self, call: Call, now: datetime) -> str:
        if _is_test(call):
            signed(call.header("signature"), (*self._keys, TEST_SECRET), call.body)
            return NOTHING
        signed(call.header("signature"), self._keys, call.body)
        return of_body(call)

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        return all_of(call.body, event_of)


def _is_test(call: Call) -> bool:
    if len(call.body) > LONGEST_TEST:
        return False
    try:
        found = parsed(call.body)
    except Unreadable:
        return False
    return isinstance(found, dict) and found.get("type") == TEST and "data" not in found


def event_of(item: Any) -> MailEvent:
    doc = an_object(item)
    name, data = doc.text("type"), doc.doc("data")
    told, reason, code = TOLD.get(name, Told.OTHER), "", None
    if told in (Told.BOUNCED, Told.DEFERRED):
        morph = data.doc("morph")
        said = f"{morph.text('reason')} {morph.text('readable_reason')}"
        gone = name == "activity.hard_bounced"
        reason, code = why(said, for_good=gone, gone=gone)
    mail = data.doc("email")
    return MailEvent(
        told,
        key=f"{data.text('id')}/{name}"[:150] if data.text("id") else number_of(item),
        name=name[:100],
        at=data.at("created_at") or doc.at("created_at"),
        send_id=next((found for tag in mail.all("tags") if (found := ours(str(tag)))), ""),
        remote_id=mail.doc("message").text("id"),
        recipient=mail.doc("recipient").address("email") or data.doc("recipient").address("email"),
        reason=reason,
        code=code,
        machine=looks_like_machine(data.doc("morph").text("user_agent")),
    )
