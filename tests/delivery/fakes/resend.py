from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from standardwebhooks.webhooks import Webhook

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

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class FakeResend(FakeApi):
    name = "resend"
    path = "/emails"
    keyed = True

    @property
    def settings(self) -> dict[str, Any]:
        return {"mail_url": f"resend://re_1@default?api={self.api}", "mail_webhook_key": SECRET}

    def allowed(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == "Bearer re_1" and asked.path == self.path

    def key_of(self, asked: Asked) -> str:
        return asked.headers.get("idempotency-key", "")

    def read(self, asked: Asked, number: int) -> Taken:
        body = asked.json
        return Taken(
            body["to"][0].rpartition("<")[2].strip(">"),
            next(tag["value"] for tag in body["tags"] if tag["name"] == "nurture_send"),
            body["subject"],
            body["text"],
            body.get("html", ""),
            body["headers"].get("List-Unsubscribe", ""),
            f"49a3999c-0ce1-4ea6-ab68-{number:012d}",
        )

    def accepted(self, taken: Taken) -> Answer:
        return 200, {}, {"id": taken.remote_id}

    def refusal(self, what: str) -> Answer:
        name, status, message = {
            THROTTLE: ("rate_limit_exceeded", 429, "Too many requests."),
            BAD_ADDRESS: ("validation_error", 422, "Invalid `to` field."),
            SENDER: ("validation_error", 403, "The ours.example domain is not verified."),
        }.get(what, ("missing_api_key", 401, "Missing API Key"))
        wait = {"Retry-After": str(WAIT)} if what == THROTTLE else {}
        return status, wait, {"statusCode": status, "name": name, "message": message}

    def log(self, asked: Asked) -> Any:
        return logs.resend(self, asked)

    def tells(self, what: str, taken: Taken) -> Signed:
        data: dict[str, Any] = {
            "created_at": "2026-03-02T09:00:00.982Z",
            "email_id": taken.remote_id,
            "from": "Ours <news@ours.example>",
            "to": [taken.recipient],
            "tags": {"nurture_send": taken.send_id},
        }
        kind, more = {
            "delivered": ("email.delivered", {}),
            "hard": ("email.bounced", {"bounce": {"message": "550 5.1.1 no such user", "type": "Permanent"}}),
            "soft": ("email.bounced", {"bounce": {"message": "mailbox is full", "type": "Transient"}}),
            "deferred": ("email.delivery_delayed", {}),
            "complained": ("email.complained", {}),
        }[what]
        event = {"type": kind, "created_at": "2026-03-02T09:00:01.736Z", "data": {**data, **more}}
        return signed(json.dumps(event), f"msg_{what}{taken.remote_id[-4:]}")


def signed(body: str, number: str, at: datetime | None = None) -> Signed:
    now = at or datetime.now(UTC)
    sign = Webhook(SECRET).sign(number, now, body)
    stamp = str(int(now.timestamp()))
    return {"svix-id": number, "svix-timestamp": stamp, "svix-signature": sign}, body.encode()
