"""What Mailgun posts as a form: mails that came in, and the events of its older webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nurture.delivery.hooks import Call, of_body
from nurture.delivery.inbound import from_headers, from_raw, pairs_of, words_of
from nurture.delivery.reading import Doc
from nurture.delivery.returns import ReturnPath
from nurture.domain.mail_events import MailEvent, Odd

BESIDE = ("Subject", "Date", "In-Reply-To", "References", "Auto-Submitted", "Precedence", "Return-Path")
FAILED = ("bounced", "dropped")
OF_US = "nurture_send"


def tells_of_ours(fields: Mapping[str, str]) -> bool:
    """An event of a mail of ours; one that came in has none."""
    return "event" in fields


def as_now(fields: Mapping[str, str]) -> Mapping[str, Any]:
    """An older event in the shape that Mailgun's events have now."""
    doc = Doc(fields)
    name = doc.text("event").lower()
    failed = name in FAILED
    return {
        "event": "failed" if failed else name,
        "id": doc.text("token"),
        "timestamp": doc.text("timestamp"),
        "recipient": doc.text("recipient"),
        "user-variables": {OF_US: doc.text(OF_US)},
        "message": {"headers": {"message-id": doc.text("Message-Id", "message-id")}},
        "client-info": {"user-agent": doc.text("user-agent"), "bot": doc.text("bot")},
        **({"severity": "permanent"} if failed else {}),
        "delivery-status": {
            "code": doc.text("code"),
            "message": doc.text("error", "notification"),
            "description": doc.text("description"),
        },
    }


def came_in(call: Call, fields: Mapping[str, str], returns: ReturnPath | None) -> Sequence[MailEvent | Odd]:
    """https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store, as of 2026-11"""
    number = of_body(call)
    if raw := fields.get("body-mime", ""):
        return from_raw(raw, number, returns, [fields.get("recipient", "")])
    usual = [("From", fields.get("from") or fields.get("sender", "")), ("To", fields.get("recipient", ""))]
    # Some headers come as fields too, which all that is there when a route leaves the others out.
    beside = [(name, fields[name]) for name in BESIDE if name in fields]
    words = words_of(fields.get("body-plain", ""), fields.get("body-html", ""))
    return from_headers(
        [*usual, *pairs_of(fields.get("message-headers", "")), *beside], number, returns, words
    )
