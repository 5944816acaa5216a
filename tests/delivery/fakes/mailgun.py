from __future__ import annotations

import hmac
import json
import time
from base64 import b64encode
from email import message_from_bytes, policy
from hashlib import sha256
from typing import Any
from uuid import uuid4

from nurture.delivery.parts import parts_of
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

SECRET = "a webhook signing key"


class FakeMailgun(FakeApi):
    name = "mailgun"
    path = "/v3/mg.ours.example/messages.mime"

    @property
    def settings(self) -> dict[str, Any]:
        return {"mail_url": f"mailgun://key-1@mg.ours.example?api={self.api}", "mail_webhook_key": SECRET}

    def allowed(self, asked: Asked) -> bool:
        key = b64encode(b"api:key-1").decode()
        return (asked.headers.get("authorization"), asked.path) == (
            f"Basic {key}",
            self.path,
        )

    def read(self, asked: Asked, number: int) -> Taken:
        head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
        form = message_from_bytes(head + asked.body, policy=policy.HTTP)
        fields: dict[str, Any] = {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
            for part in form.iter_parts()
        }
        parts = parts_of(fields["message"])
        return Taken(
            fields["to"].decode(),
            fields["v:nurture_send"].decode(),
            parts.subject,
            parts.text,
            parts.html,
            parts.headers.get("List-Unsubscribe", ""),
            f"20260302090000.{number}@mg.ours.example",
        )

    def accepted(self, taken: Taken) -> Answer:
        return 200, {}, {"id": f"<{taken.remote_id}>", "message": "Queued. Thank you."}

    def refusal(self, what: str) -> Answer:
        if what == THROTTLE:
            return 429, {"Retry-After": str(WAIT)}, {"message": "rate limit"}
        if what == BAD_ADDRESS:
            return 400, {}, {"message": "'to' parameter is not a valid address. please check documentation"}
        if what == SENDER:
            return 400, {}, {"message": "from parameter is not a valid address of the domain"}
        return 401, {}, {"message": "Invalid private key"}

    def log(self, asked: Asked) -> Any:
        return logs.mailgun(self, asked)

    def tells(self, what: str, taken: Taken) -> Signed:
        event: dict[str, Any] = {
            "id": f"{what}-{taken.remote_id}",
            "timestamp": 1772442001.906,
            "recipient": taken.recipient,
            "message": {"headers": {"message-id": taken.remote_id}},
            "user-variables": {"nurture_send": taken.send_id},
            "tags": [],
        }
        permanent, temporary = {"severity": "permanent"}, {"severity": "temporary"}
        more: dict[str, dict[str, Any]] = {
            "delivered": {"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}},
            "hard": {
                "event": "failed",
                **permanent,
                "reason": "bounce",
                "delivery-status": {"code": 550, "message": "5.1.1 no such user", "description": ""},
            },
            "soft": {
                "event": "failed",
                **permanent,
                "delivery-status": {"code": 552, "message": "5.2.2 quota", "attempt-no": 9},
            },
            "deferred": {
                "event": "failed",
                **temporary,
                "delivery-status": {"code": 450, "message": "later"},
            },
            "complained": {"event": "complained"},
        }
        return signed({"event-data": event | more[what]})


def signed(body: dict[str, Any], token: str = "", at: float | None = None) -> Signed:
    stamp, word = str(int(at or time.time())), token or uuid4().hex + uuid4().hex[:18]
    sign = hmac.new(SECRET.encode(), f"{stamp}{word}".encode(), sha256).hexdigest()
    proof = {"timestamp": stamp, "token": word, "signature": sign}
    return {}, json.dumps({"signature": proof, **body}).encode()
