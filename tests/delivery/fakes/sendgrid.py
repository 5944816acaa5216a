from __future__ import annotations

import json
import time
from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.delivery.fakes import logs
from tests.delivery.fakes.server import (
    BAD_ADDRESS,
    SENDER,
    THROTTLE,
    WAIT,
    Answer,
    Asked,
    FakeApi,
    Signed,
    Taken,
)

KEY = generate_private_key(SECP256R1())
PUBLIC = b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


class FakeSendGrid(FakeApi):
    name = "sendgrid"
    path = "/v3/mail/send"

    @property
    def settings(self) -> dict[str, Any]:
        return {"mail_url": f"sendgrid://SG.1.2@default?api={self.api}", "mail_webhook_key": PUBLIC}

    def allowed(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == "Bearer SG.1.2" and asked.path == self.path

    def read(self, asked: Asked, number: int) -> Taken:
        body = asked.json
        (person,) = body["personalizations"]
        content = {part["type"]: part["value"] for part in body["content"]}
        if next(iter(content)) != "text/plain" or "" in content.values():
            self.wrong.append("content")
        return Taken(
            person["to"][0]["email"],
            person["custom_args"]["nurture_send"],
            body["subject"],
            content["text/plain"],
            content.get("text/html", ""),
            body["headers"].get("List-Unsubscribe", ""),
            f"14c5d75ce93.dfd.{number:06d}".replace(".", "-"),
        )

    def accepted(self, taken: Taken) -> Answer:
        return 202, {"X-Message-Id": taken.remote_id}, None

    def refusal(self, what: str) -> Answer:
        field, status, message = {
            THROTTLE: (None, 429, "too many requests"),
            BAD_ADDRESS: ("personalizations.0.to.0.email", 400, "Does not contain a valid address."),
            SENDER: ("from", 403, "The from address does not match a verified Sender Identity."),
        }.get(what, (None, 401, "The provided authorization grant is invalid, expired, or revoked"))
        wait = {"Retry-After": str(WAIT)} if what == THROTTLE else {}
        return status, wait, {"errors": [{"message": message, "field": field, "help": None}]}

    def is_question(self, asked: Asked) -> bool:
        return asked.path.startswith("/v3/logs")  # it is asked by POST

    def log(self, asked: Asked) -> Any:
        return logs.sendgrid(self, asked)

    def tells(self, what: str, taken: Taken) -> Signed:
        event: dict[str, Any] = {
            "email": taken.recipient,
            "timestamp": 1772442001,
            "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
            "sg_event_id": f"{what}-{taken.remote_id}",
            "sg_message_id": f"{taken.remote_id}.filter0001.16648.5515E0B88.0",
            "category": "cat",
            "nurture_send": taken.send_id,
        }
        event |= {
            "delivered": {"event": "delivered", "response": "250 OK"},
            "hard": {
                "event": "bounce",
                "type": "bounce",
                "status": "5.1.1",
                "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
                "bounce_classification": "Invalid Address",
            },
            "soft": {"event": "bounce", "type": "blocked", "status": "5.2.2", "reason": "552 over quota"},
            "deferred": {"event": "deferred", "response": "400 try again later", "attempt": "5"},
            "complained": {"event": "spamreport"},
        }[what]
        return signed(json.dumps([event]).encode())


def signed(body: bytes, at: float | None = None) -> Signed:
    stamp = str(int(at or time.time()))
    sign = b64encode(KEY.sign(stamp.encode() + body, ECDSA(SHA256()))).decode()
    prefix = "x-twilio-email-event-webhook"
    return {f"{prefix}-signature": sign, f"{prefix}-timestamp": stamp}, body
