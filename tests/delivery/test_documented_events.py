"""The same for providers whose events come in batches, envelopes or forms: SendGrid, SES by SNS, Mailgun."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from nurture.delivery.hooks import Call
from nurture.delivery.providers.mailgun import MailgunHook
from nurture.domain.mail_events import MailEvent, Told
from tests.delivery.test_documented_payloads import ANN, OURS, Case, T, one
from tests.delivery.test_hook_properties import read

# SendGrid ---------------------------------------------------------------------------------------------------
CALL = "14c5d75ce93.dfd.64b469"


def sendgrid(event: str, **more: Any) -> dict[str, Any]:
    return {
        "email": ANN,
        "timestamp": 1772442001,
        "smtp-id": f"<{CALL}@ismtpd-555>",
        "event": event,
        "category": "facts",
        "sg_event_id": "2FeCcG5VRWpck6mKqRgnDQ==",
        "sg_message_id": f"{CALL}.filter0001.16648.5515E0B88.0",
        "nurture_send": OURS,
        **more,
    }


SENDGRID: list[Case] = [
    (sendgrid("processed", category=["a", "b"], send_at=1772442000), T.ACCEPTED, ""),
    (sendgrid("deferred", response="400 try again later", attempt="5"), T.DEFERRED, "slow-down"),
    (sendgrid("deferred", response="Email was deferred: [IPs were throttled]"), T.DEFERRED, "soft-bounce"),
    (sendgrid("delivered", response="250 2.0.0 OK", ip="192.0.2.1", tls=1), T.DELIVERED, ""),
    (
        sendgrid("bounce", type="bounce", status="5.1.1", reason="550 5.1.1 gone"),
        T.BOUNCED,
        "no-such-mailbox",
    ),
    (sendgrid("bounce", type="bounce", status="5.0.0", reason="500 unknown"), T.BOUNCED, "hard-bounce"),
    (
        sendgrid("bounce", type="blocked", reason="refused", bounce_classification="Reputation"),
        T.BOUNCED,
        "policy",
    ),
    (sendgrid("bounce", type="blocked", reason="", bounce_classification="Content"), T.BOUNCED, "content"),
    (sendgrid("bounce", type="blocked", bounce_classification="Technical"), T.BOUNCED, "soft-bounce"),
    (sendgrid("dropped", reason="Bounced Address", status="5.0.0"), T.BOUNCED, "hard-bounce"),
    (sendgrid("dropped", reason="Spam Content"), T.BOUNCED, "content"),
    (sendgrid("dropped", reason="Recipient List over Package Quota"), T.BOUNCED, "policy"),
    (sendgrid("dropped", reason="Spam Reporting Address"), T.COMPLAINED, ""),
    (sendgrid("dropped", reason="something new"), T.BOUNCED, "soft-bounce"),
    (sendgrid("open", useragent="Mozilla/5.0 (X11)", sg_machine_open=False), T.OPENED, ""),
    (sendgrid("click", url="https://x.example", url_offset={"index": 0, "type": "html"}), T.CLICKED, ""),
    (sendgrid("spamreport"), T.COMPLAINED, ""),
    (sendgrid("unsubscribe"), T.UNSUBSCRIBED, ""),
    (sendgrid("group_unsubscribe", asm_group_id=10), T.UNSUBSCRIBED, ""),
    (sendgrid("group_resubscribe", asm_group_id=10), T.RESUBSCRIBED, ""),
    (sendgrid("account_status_change", type="compliance_suspend"), T.OTHER, ""),
]


@pytest.mark.parametrize(("payload", "told", "reason"), SENDGRID)
def test_sendgrid(payload: dict[str, Any], told: Told, reason: str) -> None:
    event = one("sendgrid", [payload])
    assert (event.told, event.reason) == (told, reason)
    assert (event.send_id, event.recipient, event.remote_id) == (OURS, ANN, CALL)


@pytest.mark.parametrize(
    ("number", "known"),
    [
        ("wrfRRvF7Q0GgwUo2.filter0425p1mdw1.13037.0", "wrfRRvF7Q0GgwUo2"),
        ("wrfRRvF7Q0GgwUo2.recvd-7d4bb86c8f-qx-1-63-0.0", "wrfRRvF7Q0GgwUo2"),
        ("wrfRRvF7Q0GgwUo2.else.0", "wrfRRvF7Q0GgwUo2"),
        ("", f"{CALL}@ismtpd-555"),
    ],
)
def test_the_number_of_the_call(number: str, known: str) -> None:
    assert one("sendgrid", [sendgrid("delivered", sg_message_id=number)]).remote_id == known


@pytest.mark.parametrize("sign", [{"sg_machine_open": True}, {"useragent": "Barracuda Sentinel"}])
def test_a_machine_is_called_one(sign: dict[str, Any]) -> None:
    assert one("sendgrid", [sendgrid("open", **sign)]).machine


# Amazon SES -------------------------------------------------------------------------------------------------


def ses(kind: str, about: dict[str, Any], field: str = "eventType", **mail: Any) -> dict[str, Any]:
    told = {
        "timestamp": "2026-03-02T09:00:00.237Z",
        "source": "Ours <news@ours.example>",
        "sendingAccountId": "123456789012",
        "messageId": "0102018-abc-000000",
        "destination": [ANN],
        "headersTruncated": False,
        "headers": [{"name": "From", "value": "news@ours.example"}],
        "commonHeaders": {"from": ["news@ours.example"], "to": [ANN], "messageId": "0102018-abc-000000"},
        "tags": {"ses:configuration-set": ["ours"], "nurture_send": [OURS]},
    }
    part = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}.get(kind, kind.lower())
    return {field: kind, "mail": told | mail, part: about}


def sns(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "MessageId": "19ba9823-0000-53c1-860e-cb10e0d13df0",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:mail",
        "Subject": "Amazon SES Email Event Notification",
        "Message": json.dumps(event) + "\n",
        "Timestamp": "2026-03-02T09:00:02.675Z",
    }


WHO = {"emailAddress": f"Ann <{ANN}>", "action": "failed", "status": "5.1.1"}
GONE = WHO | {"diagnosticCode": "smtp; 550 5.1.1 user unknown"}
HARD = {"bounceType": "Permanent", "bounceSubType": "General", "feedbackId": "1", "bouncedRecipients": [GONE]}
SLOW = {"delayType": "TransientCommunicationFailure", "expirationTime": "2026-03-03T09:00:00.914Z"}
SLOW_TO = [{"emailAddress": ANN, "status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 no answer"}]
ALL, SOME = {"unsubscribeAll": True}, {"unsubscribeAll": False, "topicSubscriptionStatus": []}
AT_SES: list[Case] = [
    (ses("Send", {}), T.ACCEPTED, ""),
    (ses("Delivery", {"recipients": [ANN], "smtpResponse": "250 ok"}), T.DELIVERED, ""),
    (ses("Delivery", {"recipients": [ANN]}, "notificationType"), T.DELIVERED, ""),
    (ses("Bounce", HARD), T.BOUNCED, "no-such-mailbox"),
    (ses("Bounce", HARD, "notificationType"), T.BOUNCED, "no-such-mailbox"),
    (ses("Bounce", {**HARD, "bounceSubType": "OnAccountSuppressionList"}), T.BOUNCED, "hard-bounce"),
    (ses("Bounce", {**HARD, "bounceSubType": "UnsubscribedRecipient"}), T.UNSUBSCRIBED, ""),
    (
        ses("Bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull", "bouncedRecipients": []}),
        T.BOUNCED,
        "mailbox-full",
    ),
    (
        ses("Complaint", {"complainedRecipients": [{"emailAddress": ANN}], "complaintFeedbackType": "abuse"}),
        T.COMPLAINED,
        "",
    ),
    (ses("Complaint", {"complaintSubType": "OnAccountSuppressionList"}), T.COMPLAINED, ""),
    (ses("Reject", {"reason": "Bad content"}), T.BOUNCED, "content"),
    (ses("Rendering Failure", {"errorMessage": "Attribute is not there"}), T.BOUNCED, "content"),
    (ses("DeliveryDelay", {**SLOW, "delayedRecipients": SLOW_TO}), T.DEFERRED, "server-trouble"),
    (ses("Open", {"ipAddress": "192.0.2.1", "userAgent": "Mozilla/5.0 (iPhone)"}), T.OPENED, ""),
    (ses("Click", {"link": "https://x.example", "linkTags": {"a": ["b"]}}), T.CLICKED, ""),
    (ses("Subscription", {"newTopicPreferences": ALL, "oldTopicPreferences": SOME}), T.UNSUBSCRIBED, ""),
    (ses("Subscription", {"newTopicPreferences": SOME, "oldTopicPreferences": ALL}), T.RESUBSCRIBED, ""),
    (ses("Subscription", {"newTopicPreferences": SOME, "oldTopicPreferences": SOME}), T.OTHER, ""),
]


@pytest.mark.parametrize(("payload", "told", "reason"), AT_SES)
def test_ses(payload: dict[str, Any], told: Told, reason: str) -> None:
    event = one("ses", sns(payload))
    assert (event.told, event.reason) == (told, reason)
    assert (event.send_id, event.recipient, event.remote_id) == (OURS, ANN, "0102018-abc-000000")


@pytest.mark.parametrize("kind", ["RenderingFailure", "RENDERING_FAILURE"])
def test_other_spellings_of_the_same(kind: str) -> None:
    assert one("ses", sns({"eventType": kind, "mail": {}, "failure": {}})).told is T.BOUNCED


def test_a_notification_without_tags_is_found_by_our_message_id() -> None:
    ours = f"{OURS}@ours.example"
    told = ses("Bounce", HARD, "notificationType", tags={}, commonHeaders={"messageId": f"<{ours}>"})
    event = one("ses", sns(told))
    assert (event.send_id, event.remote_id) == ("", ours)


# Mailgun ----------------------------------------------------------------------------------------------------


def mailgun(event: str, code: Any = None, message: Any = "", **more: Any) -> dict[str, Any]:
    data = {
        "event": event,
        "id": "hTWCTD81RtiDN-X",
        "timestamp": 1772442001.153125,
        "log-level": "info",
        "recipient": ANN,
        "recipient-domain": "people.example",
        "account": {"id": "1"},
        "domain": {"name": "mg.ours.example"},
        "tags": [],
        "campaigns": [],
        "user-variables": {"nurture_send": OURS},
        "flags": {"is-test-mode": False, "is-system-test": False},
        "storage": {"url": "https://x.example", "key": "e"},
        "envelope": {"sender": "news@ours.example", "targets": ANN, "transport": "smtp"},
        "message": {"headers": {"to": f"Ann <{ANN}>", "message-id": "1.2@mg.ours.example"}, "size": 809},
        "delivery-status": {
            "code": code,
            "message": message,
            "description": "",
            "attempt-no": 1,
            "tls": True,
        },
        **more,
    }
    return {"signature": {}, "event-data": {name: value for name, value in data.items() if value is not None}}


FOR_GOOD, FOR_NOW = {"severity": "permanent"}, {"severity": "temporary", "reason": "generic"}
AT_MAILGUN: list[Case] = [
    (mailgun("accepted", method="HTTP"), T.ACCEPTED, ""),
    (mailgun("delivered", 250, "OK"), T.DELIVERED, ""),
    (mailgun("failed", 550, "5.1.1 no account\n5.1.1 look again", **FOR_GOOD), T.BOUNCED, "no-such-mailbox"),
    (mailgun("failed", 605, reason="suppress-bounce", **FOR_GOOD), T.BOUNCED, "hard-bounce"),
    (mailgun("failed", 607, "marked as spam", **FOR_GOOD), T.COMPLAINED, ""),
    (mailgun("failed", 606, reason="suppress-unsubscribe", **FOR_GOOD), T.UNSUBSCRIBED, ""),
    (mailgun("failed", 498, "No MX for people.example", **FOR_NOW), T.DEFERRED, "soft-bounce"),
    (mailgun("failed", 450, "Recipient address rejected: Greylisted", **FOR_NOW), T.DEFERRED, "greylisted"),
    (mailgun("rejected", recipient=None, reject={"reason": "for tests only"}), T.BOUNCED, "content"),
    (mailgun("complained"), T.COMPLAINED, ""),
    (mailgun("unsubscribed", **{"client-info": {"client-type": "browser"}}), T.UNSUBSCRIBED, ""),
    (mailgun("opened", ip="192.0.2.1", **{"client-info": {"bot": ""}}), T.OPENED, ""),
    (mailgun("clicked", url="https://x.example"), T.CLICKED, ""),
    (mailgun("stored"), T.OTHER, ""),
]


@pytest.mark.parametrize(("payload", "told", "reason"), AT_MAILGUN)
def test_mailgun(payload: dict[str, Any], told: Told, reason: str) -> None:
    event = one("mailgun", payload)
    assert (event.told, event.reason) == (told, reason)
    assert (event.send_id, event.recipient, event.remote_id) == (OURS, ANN, "1.2@mg.ours.example")


OLDER: list[Case] = [
    ({"event": "delivered"}, T.DELIVERED, ""),
    ({"event": "bounced", "code": "550", "error": "550 5.1.1 no account"}, T.BOUNCED, "no-such-mailbox"),
    (
        {"event": "bounced", "code": "5.1.1", "error": "smtp;550 5.1.1 not found"},
        T.BOUNCED,
        "no-such-mailbox",
    ),
    ({"event": "dropped", "code": "605", "reason": "hardfail"}, T.BOUNCED, "hard-bounce"),
    ({"event": "dropped", "code": "607", "reason": "hardfail"}, T.COMPLAINED, ""),
    ({"event": "dropped", "code": "499", "reason": "old"}, T.BOUNCED, "soft-bounce"),
    ({"event": "complained"}, T.COMPLAINED, ""),
    ({"event": "unsubscribed", "user-agent": "Mozilla/5.0"}, T.UNSUBSCRIBED, ""),
    ({"event": "clicked", "url": "https://x.example"}, T.CLICKED, ""),
]


@pytest.mark.parametrize(("fields", "told", "reason"), OLDER)
def test_older_webhooks_of_mailgun(fields: dict[str, str], told: Told, reason: str) -> None:
    headers = json.dumps([["Message-Id", "<1.2@mg.ours.example>"], ["From", "news@ours.example"]])
    known = {"recipient": ANN, "domain": "mg.ours.example", "Message-Id": "<1.2@mg.ours.example>"}
    stamp = {"timestamp": "1772442001", "token": "t" * 50, "message-headers": headers, "nurture_send": OURS}
    call = Call(
        {"content-type": "application/x-www-form-urlencoded"}, urlencode(fields | known | stamp).encode()
    )
    (event,) = MailgunHook(["key"]).events(call)
    assert isinstance(event, MailEvent)
    assert (event.told, event.reason) == (told, reason)
    assert (event.send_id, event.recipient, event.remote_id) == (OURS, ANN, "1.2@mg.ours.example")
    assert event.proved


def test_a_list_where_one_object_is_usual() -> None:
    found = read("mailgun", json.dumps([mailgun("delivered"), mailgun("complained")]).encode())
    assert [each.told for each in found if isinstance(each, MailEvent)] == [T.DELIVERED, T.COMPLAINED]
