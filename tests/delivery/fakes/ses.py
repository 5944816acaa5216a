from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from nurture.delivery.parts import parts_of
from nurture.delivery.providers.ses_signing import Signer
from tests.delivery.fakes.server import BAD_ADDRESS, SENDER, THROTTLE, Answer, Asked, FakeApi, Signed, Taken

TOPIC = "arn:aws:sns:eu-west-1:123456789012:nurture"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
KEY = generate_private_key(65537, 2048)


def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, KEY.public_key(), 1, now - timedelta(1), now + timedelta(1))
    return made.sign(KEY, SHA256()).public_bytes(Encoding.PEM)


PEM = _certificate()


class FakeSes(FakeApi):
    name = "ses"

    @property
    def settings(self) -> dict[str, Any]:
        return {"mail_url": f"ses://AKID:s%2Fcret@eu-west-1?api={self.api}", "mail_webhook_key": TOPIC}

    def allowed(self, asked: Asked) -> bool:
        """Signs what came as AWS does, and compares."""
        given = asked.headers["authorization"]
        names = re.search(r"SignedHeaders=([^,]+)", given)
        at = datetime.strptime(asked.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        assert names
        headers = {
            name: asked.headers[name] for name in names[1].split(";") if name not in ("host", "x-amz-date")
        }
        url = f"{self.api}{asked.path}"
        wanted = Signer("AKID", "s/cret", "eu-west-1").headers(url, asked.body, headers, at)
        return given == wanted["authorization"] and asked.path == "/v2/email/outbound-emails"

    def read(self, asked: Asked, number: int) -> Taken:
        body = asked.json
        parts = parts_of(b64decode(body["Content"]["Raw"]["Data"]))
        return Taken(
            body["Destination"]["ToAddresses"][0],
            next(tag["Value"] for tag in body["EmailTags"] if tag["Name"] == "nurture_send"),
            parts.subject,
            parts.text,
            parts.html,
            parts.headers.get("List-Unsubscribe", ""),
            f"0102018-{number:06d}-000000",
        )

    def accepted(self, taken: Taken) -> Answer:
        return 200, {}, {"MessageId": taken.remote_id}

    def refusal(self, what: str) -> Answer:
        kind, status, message = {
            THROTTLE: ("TooManyRequestsException", 429, "Maximum sending rate exceeded."),
            BAD_ADDRESS: (
                "BadRequestException",
                400,
                "Local part of the address contains control characters",
            ),
            SENDER: ("MessageRejected", 400, "Email address is not verified: news@ours.example"),
        }.get(what, ("UnrecognizedClientException", 403, "The security token is invalid."))
        wait = {"Retry-After": "7"} if what == THROTTLE else {}
        return (
            status,
            {"x-amzn-ErrorType": f"{kind}:http://internal.amazon.com/", **wait},
            {"message": message},
        )

    def tells(self, what: str, taken: Taken) -> Signed:
        at = "2026-03-02T09:00:01.000Z"
        mail = {
            "timestamp": at,
            "messageId": taken.remote_id,
            "destination": [taken.recipient],
            "tags": {"nurture_send": [taken.send_id], "ses:operation": ["SendEmail"]},
        }
        person = {"emailAddress": taken.recipient, "action": "failed"}
        gone = {**person, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
        full = {**person, "status": "5.2.2", "diagnosticCode": "smtp; 552 5.2.2 mailbox full"}
        parts: dict[str, tuple[str, dict[str, Any]]] = {
            "delivered": ("delivery", {"recipients": [taken.recipient], "smtpResponse": "250 ok"}),
            "hard": ("bounce", {"bounceType": "Permanent", "bouncedRecipients": [gone]}),
            "soft": ("bounce", {"bounceType": "Transient", "bouncedRecipients": [full]}),
            "deferred": ("deliveryDelay", {"delayedRecipients": [{**person, "status": "4.4.1"}]}),
            "complained": ("complaint", {"complainedRecipients": [person], "complaintFeedbackType": "abuse"}),
        }
        part, found = parts[what]
        name = {"delivery": "Delivery", "deliveryDelay": "DeliveryDelay"}.get(part, part.title())
        event = {"eventType": name, "mail": mail, part: {"timestamp": at, **found}}
        number = sha256(f"{what}{taken.remote_id}".encode()).hexdigest()[:32]
        return signed({"Type": "Notification", "MessageId": number, "Message": json.dumps(event) + "\n"})


def signed(given: dict[str, Any], version: str = "2", topic: str = TOPIC) -> Signed:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    doc = {"TopicArn": topic, "Timestamp": now, "SignatureVersion": version, **given}
    doc.setdefault("SigningCertURL", CERTIFICATE_URL)
    names = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{doc[name]}\n" for name in names if name in doc).encode()
    hashing = SHA1() if version == "1" else SHA256()
    doc["Signature"] = b64encode(KEY.sign(text, PKCS1v15(), hashing)).decode()
    return {"x-amz-sns-message-type": doc["Type"]}, json.dumps(doc).encode()
