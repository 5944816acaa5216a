"""Payloads as providers have sent them, with what is missing and odd in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from nurture.domain.mail_events import MailEvent, Odd, Told
from tests.delivery.test_hook_properties import read

OUR_ID = "0b5c2b1e-8a4f-5d0c-9a51-6f5a3a0c2d11"
A, D, L, B, C = Told.ACCEPTED, Told.DEFERRED, Told.DELIVERED, Told.BOUNCED, Told.COMPLAINED
U, R, P, K, Q, X = (
    Told.UNSUBSCRIBED,
    Told.RESUBSCRIBED,
    Told.OPENED,
    Told.CLICKED,
    Told.OTHER,
    Told.REPLIED,
)


def failed(**more: Any) -> dict[str, Any]:
    return {"event-data": {"event": "failed", "id": "1", **more}}


CASES: list[tuple[str, Any, Told, str]] = [
    ("postmark", {"RecordType": "Bounce", "Type": "Unsubscribe", "MessageID": "m", "ID": 1}, U, ""),
    ("postmark", {"RecordType": "Bounce", "Type": "HardBounce", "Details": ""}, B, "hard-bounce"),
    ("postmark", {"RecordType": "Bounce", "Type": "SpamNotification", "Email": "a@x.example"}, B, "policy"),
    ("postmark", {"RecordType": "Bounce", "Type": "DnsError", "Details": "no MX"}, B, "soft-bounce"),
    ("postmark", {"RecordType": "Bounce", "Type": "AutoResponder"}, X, ""),
    ("postmark", {"RecordType": "SubscriptionChange", "SuppressSending": False}, R, ""),
    (
        "postmark",
        {"RecordType": "SubscriptionChange", "SuppressSending": True, "SuppressionReason": "SpamComplaint"},
        C,
        "",
    ),
    ("postmark", {"RecordType": "SubscriptionChange", "SuppressSending": True}, U, ""),
    ("postmark", {"RecordType": "Open", "Geo": {}, "FirstOpen": True, "Recipient": "a@x.example"}, P, ""),
    ("postmark", {"RecordType": "SomethingNew"}, Q, ""),
    ("sendgrid", [{"event": "processed", "smtp-id": "<x>", "category": ["a", "b"]}], A, ""),
    ("sendgrid", [{"event": "dropped", "reason": "Bounced Address", "status": "5.0.0"}], B, "hard-bounce"),
    ("sendgrid", [{"event": "dropped", "reason": "Unsubscribed Address"}], U, ""),
    ("sendgrid", [{"event": "dropped", "reason": "Spam Reporting Address"}], C, ""),
    (
        "sendgrid",
        [{"event": "bounce", "type": "bounce", "status": "5.7.1", "reason": "554 5.7.1 blocked: spamhaus"}],
        B,
        "policy",
    ),
    (
        "sendgrid",
        [{"event": "bounce", "type": "blocked", "reason": "unable to get mx info"}],
        B,
        "soft-bounce",
    ),
    ("sendgrid", [{"event": "group_resubscribe", "asm_group_id": 1}], R, ""),
    ("sendgrid", [{"event": "open", "sg_machine_open": True}], P, ""),
    ("mailgun", failed(severity="temporary", **{"delivery-status": {"code": 498}}), D, "soft-bounce"),
    ("mailgun", failed(severity="permanent", reason="suppress-complaint"), C, ""),
    ("mailgun", failed(severity="permanent", **{"delivery-status": {"code": 605}}), B, "hard-bounce"),
    (
        "mailgun",
        failed(
            severity="permanent", **{"delivery-status": {"code": 550, "message": "5.7.26 unauthenticated"}}
        ),
        B,
        "authentication",
    ),
    ("mailgun", {"event-data": {"event": "rejected", "reject": {"reason": "virus"}}}, B, "content"),
    ("mailgun", {"event-data": {"event": "opened", "client-info": {"bot": "apple"}}}, P, ""),
    ("resend", {"type": "email.bounced", "data": {"bounce": {"message": "hard bounce"}}}, B, "hard-bounce"),
    (
        "resend",
        {"type": "email.bounced", "data": {"bounce": {"message": "full", "type": "Transient"}}},
        B,
        "soft-bounce",
    ),
    ("resend", {"type": "email.suppressed", "data": {}}, B, "hard-bounce"),
    (
        "resend",
        {"type": "email.failed", "data": {"failed": {"reason": "reached_daily_quota"}}},
        B,
        "protocol",
    ),
    ("resend", {"type": "contact.created", "data": {}}, Q, ""),
    (
        "brevo",
        {"event": "soft_bounce", "reason": "undefined Unable to find MX of domain x"},
        B,
        "soft-bounce",
    ),
    ("brevo", {"event": "hard_bounce", "reason": " RecipientError: 550 5.5.0 unavailable"}, B, "hard-bounce"),
    ("brevo", {"event": "blocked", "reason": "blocked : due to blacklist user"}, B, "refused"),
    ("brevo", {"event": "invalid_email", "ts_epoch": None}, B, "hard-bounce"),
    ("brevo", {"event": "unique_proxy_open", "tag": '["a"]'}, P, ""),
    ("brevo", {"event": "list_addition", "email": ["a@x.example"]}, Q, ""),
    ("mailersend", {"type": "activity.unsubscribed", "data": {"id": "1", "email": {"tags": None}}}, U, ""),
    ("mailersend", {"type": "activity.hard_bounced", "data": {"morph": None}}, B, "hard-bounce"),
    ("mailersend", {"type": "sender_identity.verified", "data": []}, Q, ""),
]


@pytest.mark.parametrize(("name", "payload", "told", "reason"), CASES)
def test_what_it_tells(name: str, payload: Any, told: Told, reason: str) -> None:
    (event,) = read(name, json.dumps(payload).encode())
    assert isinstance(event, MailEvent)
    assert (event.told, event.reason) == (told, reason)


def bounce(kind: str, detail: str = "") -> dict[str, Any]:
    return {"eventType": "Bounce", "bounce": {"bounceType": kind, "bounceSubType": detail}}


SES: list[tuple[dict[str, Any], list[tuple[Told, str]]]] = [
    ({"notificationType": "Delivery", "delivery": {}}, [(L, "")]),
    (
        {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": "Permanent",
                "bouncedRecipients": [
                    {"emailAddress": "a@x.example", "status": "5.1.1"},
                    {"emailAddress": "b@x.example", "diagnosticCode": "smtp; 554 5.7.1 spam"},
                ],
            },
        },
        [(B, "no-such-mailbox"), (B, "policy")],
    ),
    (bounce("Permanent", "Suppressed"), [(B, "hard-bounce")]),
    (bounce("Transient", "MailboxFull"), [(B, "mailbox-full")]),
    (bounce("Undetermined"), [(B, "soft-bounce")]),
    ({"eventType": "Complaint", "complaint": {"complaintFeedbackType": "not-spam"}}, [(Q, "")]),
    ({"eventType": "Rendering Failure", "failure": {}}, [(B, "content")]),
    ({"eventType": "Click", "click": {"link": "https://x.example", "timestamp": "now"}}, [(K, "")]),
    ({"eventType": "Subscription"}, [(Q, "")]),
]


@pytest.mark.parametrize(("event", "expected"), SES)
def test_what_ses_tells(event: dict[str, Any], expected: list[tuple[Told, str]]) -> None:
    message = {"mail": {"messageId": "1", "destination": ["a@x.example"], "tags": {}}, **event}
    envelope = {"Type": "Notification", "MessageId": "n", "Message": json.dumps(message)}
    found = read("ses", json.dumps(envelope).encode())
    assert [(one.told, one.reason) for one in found if isinstance(one, MailEvent)] == expected
    assert len({one.key for one in found if isinstance(one, MailEvent)}) == len(expected)


def test_who_bounced_is_who_bounced_and_not_who_stands_first() -> None:
    event, _ = SES[1]
    message = {"mail": {"messageId": "1", "destination": ["first@x.example"]}, **event}
    envelope = {"Type": "Notification", "MessageId": "n", "Message": json.dumps(message)}
    found = read("ses", json.dumps(envelope).encode())
    assert [one.recipient for one in found if isinstance(one, MailEvent)] == ["a@x.example", "b@x.example"]


def test_words_of_sns_itself_are_kept_and_tell_nothing() -> None:
    words = {"Type": "Notification", "MessageId": "n", "Message": "Successfully validated SNS topic for SES."}
    (event,) = read("ses", json.dumps(words).encode())
    assert isinstance(event, MailEvent)
    assert event.told is Told.OTHER


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription", True),
        ("http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription", False),
        ("https://sns.eu-west-1.amazonaws.com.evil.example/", False),
        ("https://sns.eu-west-1.amazonaws.com@evil.example/", False),
        ("https://evil.example/?sns.eu-west-1.amazonaws.com", False),
    ],
)
def test_a_subscription_is_confirmed_only_at_sns(url: str, link: bool) -> None:
    asked = {"Type": "SubscriptionConfirmation", "MessageId": "n", "SubscribeURL": url, "Token": "t"}
    (event,) = read("ses", json.dumps(asked).encode())
    assert isinstance(event, MailEvent)
    assert bool(event.link) is link


def test_one_that_cannot_be_read_leaves_the_others_alone() -> None:
    batch: list[Any] = [{"event": "delivered", "sg_event_id": str(number)} for number in range(5000)]
    batch[2500] = ["what is this"]
    found = read("sendgrid", json.dumps(batch).encode())
    assert [one for one in found if isinstance(one, Odd)] == [Odd(2500, "not an object")]
    assert len([one for one in found if isinstance(one, MailEvent)]) == 4999


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2019-11-05T16:33:54.9070259Z", datetime(2019, 11, 5, 16, 33, 54, 907025, UTC)),
        ("2019-11-05T16:33:54+02:00", datetime(2019, 11, 5, 14, 33, 54, 0, UTC)),
        ("yesterday", None),
    ],
)
def test_times_are_read_as_they_come(at: str, then: datetime | None) -> None:
    (event,) = read("postmark", json.dumps({"RecordType": "Delivery", "DeliveredAt": at}).encode())
    assert isinstance(event, MailEvent)
    assert event.at == then


def test_another_ones_id_is_none_of_ours() -> None:
    for given, ours in (
        (OUR_ID, OUR_ID),
        (OUR_ID.upper(), OUR_ID),
        ("42", ""),
        (["x"], ""),
        (f"{OUR_ID}x", ""),
    ):
        (event,) = read("postmark", json.dumps({"Metadata": {"nurture_send": given}}).encode())
        assert isinstance(event, MailEvent)
        assert event.send_id == ours
