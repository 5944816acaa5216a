"""Events with the fields that each provider documents or has been seen to send: the right class, the right
mail, the right person. Ids and addresses are our own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nurture.domain.mail_events import MailEvent, Told
from tests.delivery.test_hook_properties import read

OURS = "5b0f8f0e-2f83-5a6b-9c64-3f1a6f0f7c11"
ANN = "ann@people.example"
T = Told
Case = tuple[dict[str, Any], Told, str]


def one(name: str, payload: Any) -> MailEvent:
    (event,) = read(name, json.dumps(payload).encode())
    assert isinstance(event, MailEvent)
    return event


# Resend -----------------------------------------------------------------------------------------------------


def resend(kind: str, tags: Any = None, **data: Any) -> dict[str, Any]:
    mail = {
        "created_at": "2026-03-02T09:00:00.982Z",
        "email_id": "4ef9a417-0000-4d39-ad75-000000000001",
        "from": "Ours <news@ours.example>",
        "to": [f"Ann Example <{ANN}>"],
        "subject": "Hello",
        "tags": {"nurture_send": OURS} if tags is None else tags,
    }
    return {"type": kind, "created_at": "2026-03-02T09:00:01.736Z", "data": mail | data}


TRANSIENT = {"type": "Transient", "message": "the mailbox said no"}
PERMANENT = {"type": "Permanent", "subType": "General", "message": "", "diagnosticCode": ["550 5.1.1 gone"]}
RESEND: list[Case] = [
    (resend("email.sent", [{"name": "nurture_send", "value": OURS}]), T.ACCEPTED, ""),
    (resend("email.delivered"), T.DELIVERED, ""),
    (resend("email.delivery_delayed"), T.DEFERRED, ""),
    (resend("email.scheduled"), T.OTHER, ""),
    (resend("email.bounced", bounce=PERMANENT), T.BOUNCED, "no-such-mailbox"),
    (resend("email.bounced", bounce=TRANSIENT | {"subType": "MailboxFull"}), T.BOUNCED, "mailbox-full"),
    (resend("email.bounced", bounce=TRANSIENT | {"subType": "ContentRejected"}), T.BOUNCED, "content"),
    (resend("email.bounced", bounce=TRANSIENT | {"subType": "General"}), T.BOUNCED, "soft-bounce"),
    (resend("email.bounced", bounce={"type": "Undetermined"}), T.BOUNCED, "soft-bounce"),
    (resend("email.suppressed", suppressed={"type": "OnAccountSuppressionList"}), T.BOUNCED, "hard-bounce"),
    (resend("email.failed", failed={"reason": "reached_daily_quota"}), T.BOUNCED, "protocol"),
    (resend("email.complained"), T.COMPLAINED, ""),
    (resend("email.opened"), T.OPENED, ""),
    (resend("email.clicked", click={"link": "https://x.example", "userAgent": "Mozilla/5.0"}), T.CLICKED, ""),
]


@pytest.mark.parametrize(("payload", "told", "reason"), RESEND)
def test_resend(payload: dict[str, Any], told: Told, reason: str) -> None:
    event = one("resend", payload)
    assert (event.told, event.reason) == (told, reason)
    assert (event.send_id, event.recipient) == (OURS, ANN)
    assert event.remote_id.startswith("4ef9a417")


@pytest.mark.parametrize(
    ("origin", "told"),
    [("bounce", T.BOUNCED), ("complaint", T.COMPLAINED), ("manual", T.UNSUBSCRIBED), (None, T.OTHER)],
)
def test_the_list_of_resend(origin: str | None, told: Told) -> None:
    data = {"id": "e169aa45", "email": ANN, "origin": origin, "source_id": "4ef9a417"}
    event = one("resend", {"type": "suppression.added", "created_at": "2026-03-02", "data": data})
    assert (event.told, event.recipient, event.remote_id) == (told, ANN, "4ef9a417")


@pytest.mark.parametrize(("unsubscribed", "told"), [(True, T.UNSUBSCRIBED), (False, T.OTHER)])
def test_a_contact_of_resend_who_wants_nothing_more(unsubscribed: bool, told: Told) -> None:
    data = {"id": "1", "audience_id": "2", "email": ANN, "unsubscribed": unsubscribed}
    assert one("resend", {"type": "contact.updated", "data": data}).told is told


# Brevo ------------------------------------------------------------------------------------------------------


def brevo(event: str, **more: Any) -> dict[str, Any]:
    return {
        "event": event,
        "email": ANN,
        "id": 4711,
        "date": "2026-03-02 10:00:01",
        "ts": 1772442001,
        "ts_event": 1772442001,
        "ts_epoch": 1772442001000,
        "message-id": "<202603020900.27287306012@relay.example>",
        "subject": "Hello",
        "X-Mailin-custom": json.dumps({"nurture_send": OURS}),
        "tag": '["a","b"]',
        "tags": ["a", "b"],
        "sending_ip": "192.0.2.1",
        **more,
    }


BREVO: list[Case] = [
    (brevo("request"), T.ACCEPTED, ""),
    (brevo("delivered", tags="a"), T.DELIVERED, ""),
    (brevo("deferred", reason="550 RecipientError: 550 5.1.1 unknown"), T.DEFERRED, "no-such-mailbox"),
    (brevo("soft_bounce", reason="452 4.2.2 mailbox full"), T.BOUNCED, "mailbox-full"),
    (brevo("softBounce", reason=""), T.BOUNCED, "soft-bounce"),
    (brevo("hard_bounce", reason=" 550 5.1.1 unknown"), T.BOUNCED, "no-such-mailbox"),
    (brevo("hard-bounce", reason=None), T.BOUNCED, "hard-bounce"),
    (
        brevo("invalid_email", **{"message-id": None, "message_id": "1@relay.example"}),
        T.BOUNCED,
        "hard-bounce",
    ),
    (brevo("blocked", reason="blocked : due to blacklist user"), T.BOUNCED, "refused"),
    (brevo("error", ts_epoch=1772442001), T.BOUNCED, "protocol"),
    (brevo("spam"), T.COMPLAINED, ""),
    (brevo("complaint", ts_epoch=None), T.COMPLAINED, ""),
    (brevo("opened"), T.OPENED, ""),
    (brevo("unique_opened", ip="192.0.2.2"), T.OPENED, ""),
    (brevo("click", link="https://x.example", user_agent="Mozilla/5.0 (X11)"), T.CLICKED, ""),
    (brevo("unsubscribed", list_id=[3]), T.UNSUBSCRIBED, ""),
    (brevo("list_addition"), T.OTHER, ""),
    (brevo("contact_deleted"), T.OTHER, ""),
]


@pytest.mark.parametrize(("payload", "told", "reason"), BREVO)
def test_brevo(payload: dict[str, Any], told: Told, reason: str) -> None:
    event = one("brevo", payload)
    assert (event.told, event.reason) == (told, reason)
    assert (event.send_id, event.recipient) == (OURS, ANN)
    assert event.at is not None
    assert event.at.isoformat() == "2026-03-02T09:00:01+00:00"
    assert event.remote_id.endswith("@relay.example")


def test_a_batch_of_brevo_and_what_a_proxy_opened() -> None:
    found = read("brevo", json.dumps([brevo("proxy_open"), brevo("uniqueProxyOpen")]).encode())
    assert [(one.told, one.machine) for one in found if isinstance(one, MailEvent)] == [(T.OPENED, True)] * 2


# MailerSend -------------------------------------------------------------------------------------------------


def mailersend(kind: str, morph: Any = None, **mail: Any) -> dict[str, Any]:
    return {
        "type": f"activity.{kind}",
        "domain_id": "yv69oxl5kl785kw2",
        "created_at": "2026-03-02T09:00:01.520507Z",
        "webhook_id": "2351ndgwr4zqx8ko",
        "url": "https://ours.example/hooks/mailersend",
        "data": {
            "object": "activity",
            "id": "63fd1c1d31b9c750540fe850",
            "type": kind,
            "created_at": "2026-03-02T09:00:01.506000Z",
            "email": {
                "object": "email",
                "id": "63fd1c1de225707fa905f0a0",
                "from": "news@ours.example",
                "subject": "Hello",
                "status": "sent",
                "tags": [OURS],
                "message": {"object": "message", "id": "63fd1c1d5f010335ed070660"},
                "recipient": {"object": "recipient", "id": "1", "email": ANN},
                **mail,
            },
            "morph": morph,
            "template_id": "",
        },
    }


BOUNCE = {"object": "recipient_bounce"}
MAILERSEND: list[Case] = [
    (mailersend("sent"), T.ACCEPTED, ""),
    (mailersend("delivered", []), T.DELIVERED, ""),
    (
        mailersend("deferred", {"object": "deferred", "reason": "451 4.7.1 try later"}),
        T.DEFERRED,
        "greylisted",
    ),
    (mailersend("soft_bounced", BOUNCE | {"reason": "Unknown reason"}), T.BOUNCED, "soft-bounce"),
    (mailersend("hard_bounced", BOUNCE | {"reason": "Host not found"}), T.BOUNCED, "hard-bounce"),
    (mailersend("hard_bounced", BOUNCE | {"reason": "550 5.7.1 spam"}), T.BOUNCED, "policy"),
    (mailersend("spam_complaint", {"object": "spam_complaint", "reason": None}), T.COMPLAINED, ""),
    (
        mailersend("unsubscribed", {"object": "recipient_unsubscribe", "reason": "option_3"}),
        T.UNSUBSCRIBED,
        "",
    ),
    (mailersend("opened", {"object": "open", "ip": "192.0.2.1"}), T.OPENED, ""),
    (mailersend("opened_unique"), T.OPENED, ""),
    (mailersend("clicked", {"object": "click", "url": "https://x.example"}), T.CLICKED, ""),
    (mailersend("clicked_unique"), T.CLICKED, ""),
    (mailersend("survey_submitted"), T.CLICKED, ""),
]


@pytest.mark.parametrize(("payload", "told", "reason"), MAILERSEND)
def test_mailersend(payload: dict[str, Any], told: Told, reason: str) -> None:
    event = one("mailersend", payload)
    assert (event.told, event.reason) == (told, reason)
    assert (event.send_id, event.recipient, event.remote_id) == (OURS, ANN, "63fd1c1d5f010335ed070660")


@pytest.mark.parametrize("kind", ["maintenance.start", "email_single.verified", "bulk_email.completed"])
def test_what_mailersend_tells_of_itself(kind: str) -> None:
    assert one("mailersend", {"type": kind, "created_at": "2026-03-02", "data": {"id": 1}}).told is T.OTHER


# Postmark ---------------------------------------------------------------------------------------------------


def postmark(**more: Any) -> dict[str, Any]:
    known = {"MessageID": "883953f4-0000-42a2-a16a-77a8eac79480", "ServerID": 23, "Tag": None}
    return {**known, "MessageStream": "outbound", "Metadata": {"nurture_send": OURS, "n": 43}, **more}


def bounce(kind: str, details: str = "") -> dict[str, Any]:
    at = {"BouncedAt": "2026-03-02T05:00:01.2735393-04:00", "Inactive": True, "CanActivate": True}
    return postmark(ID=42, Type=kind, TypeCode=1, Name=kind, Details=details, Email=ANN, Description="", **at)


POSTMARK: list[Case] = [
    (bounce("HardBounce", "smtp;550 5.1.1 no such account"), T.BOUNCED, "no-such-mailbox"),
    ({"RecordType": "Bounce", **bounce("SoftBounce", "smtp;452 4.2.2 full")}, T.BOUNCED, "mailbox-full"),
    (bounce("Transient"), T.DEFERRED, ""),
    (bounce("DMARCPolicy"), T.BOUNCED, "authentication"),
    (bounce("ManuallyDeactivated"), T.BOUNCED, "hard-bounce"),
    (bounce("Unknown"), T.BOUNCED, "soft-bounce"),
    (bounce("TemplateRenderingFailed"), T.BOUNCED, "content"),
    (bounce("SMTPApiError"), T.BOUNCED, "protocol"),
    (bounce("ChallengeVerification"), T.REPLIED, ""),
    (bounce("InboundError"), T.OTHER, ""),
    ({"RecordType": "SpamComplaint", **bounce("SpamComplaint")}, T.COMPLAINED, ""),
    (postmark(Recipient=ANN, DeliveredAt="2026-03-02T09:00:01Z", Details="250 ok"), T.DELIVERED, ""),
    (postmark(RecordType="Open", FirstOpen=True, Recipient=ANN, UserAgent="", Geo={}), T.OPENED, ""),
    (postmark(FirstOpen=False, Client={"Name": "x"}, Recipient=ANN, ReadSeconds=5), T.OPENED, ""),
    (postmark(OriginalLink="https://x.example", ClickLocation="HTML", Recipient=ANN), T.CLICKED, ""),
    (
        postmark(RecordType="SubscriptionChange", Recipient=ANN, SuppressSending=True, Origin="Recipient"),
        T.UNSUBSCRIBED,
        "",
    ),
    (postmark(ChangedAt="2026-03-02T09:00:01Z", Recipient=ANN, SuppressSending=False), T.RESUBSCRIBED, ""),
]


@pytest.mark.parametrize(("payload", "told", "reason"), POSTMARK)
def test_postmark(payload: dict[str, Any], told: Told, reason: str) -> None:
    event = one("postmark", payload)
    assert (event.told, event.reason) == (told, reason)
    assert (event.send_id, event.recipient) == (OURS, ANN)
    assert event.remote_id.startswith("883953f4")
