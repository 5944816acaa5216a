from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any

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

SECRET = "a signing secret"


class FakeMailerSend(FakeApi):
    name = "mailersend"
    path = "/v1/email"

    @property
    def settings(self) -> dict[str, Any]:
        return {"mail_url": f"mailersend://mlsn.1@default?api={self.api}", "mail_webhook_key": SECRET}

    def allowed(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == "Bearer mlsn.1" and asked.path == self.path

    def read(self, asked: Asked, number: int) -> Taken:
        body = asked.json
        return Taken(
            body["to"][0]["email"],
            body["tags"][0],
            body["subject"],
            body["text"],
            body.get("html", ""),
            body.get("list_unsubscribe", ""),
            f"63fd1c1d5f010335{number:08d}",
        )

    def accepted(self, taken: Taken) -> Answer:
        return 202, {"x-message-id": taken.remote_id}, None

    def refusal(self, what: str) -> Answer:
        if what == THROTTLE:
            return 429, {"retry-after": str(WAIT)}, {"message": "Too Many Attempts."}
        if what == BAD_ADDRESS:
            wrong = {"to.0.email": ["The to.0.email must be a valid email address."]}
            return 422, {}, {"message": "The given data was invalid.", "errors": wrong}
        if what == SENDER:
            wrong = {"from.email": ["The from.email domain must be verified in your account. #MS42207"]}
            return 422, {}, {"message": wrong["from.email"][0], "errors": wrong}
        return 401, {}, {"message": "Unauthenticated."}

    def log(self, asked: Asked) -> Any:
        return logs.mailersend(self, asked)

    def tells(self, what: str, taken: Taken) -> Signed:
        kind, morph = {
            "delivered": ("delivered", None),
            "hard": (
                "hard_bounced",
                {"object": "recipient_bounce", "reason": "Host or domain name not found"},
            ),
            "soft": ("soft_bounced", {"object": "recipient_bounce", "reason": "Mailbox is full"}),
            "deferred": ("deferred", None),
            "complained": ("spam_complaint", {"object": "spam_complaint", "reason": None}),
        }[what]
        mail = {
            "message": {"id": taken.remote_id},
            "recipient": {"email": taken.recipient},
            "tags": [taken.send_id],
        }
        data = {"id": f"{what}{taken.remote_id}", "type": kind, "email": mail, "morph": morph}
        data["created_at"] = "2026-03-02T09:00:01.506000Z"
        return signed(json.dumps({"type": f"activity.{kind}", "data": data}).encode())


def signed(body: bytes) -> Signed:
    return {"signature": hmac.new(SECRET.encode(), body, sha256).hexdigest()}, body
