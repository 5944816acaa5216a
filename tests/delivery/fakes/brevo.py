from __future__ import annotations

import json
from typing import Any

from tests.delivery.fakes import logs
from tests.delivery.fakes.postmark import BASIC
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


class FakeBrevo(FakeApi):
    name = "brevo"
    path = "/v3/smtp/email"
    keyed = True

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "mail_url": f"brevo://xkeysib-1@default?api={self.api}",
            "mail_webhook_key": "hooks:secret-word",
        }

    def allowed(self, asked: Asked) -> bool:
        return asked.headers.get("api-key") == "xkeysib-1" and asked.path == self.path

    def key_of(self, asked: Asked) -> str:
        return str(asked.json["headers"].get("idempotencyKey", ""))

    def repeated(self, answer: Answer) -> Answer:
        return 400, {}, {"code": "duplicate_parameter", "message": "the same key in the last 30 minutes"}

    def read(self, asked: Asked, number: int) -> Taken:
        body = asked.json
        if body["tags"] != [json.loads(body["headers"]["X-Mailin-custom"])["nurture_send"]]:
            self.wrong.append("tags")
        return Taken(
            body["to"][0]["email"],
            json.loads(body["headers"]["X-Mailin-custom"])["nurture_send"],
            body["subject"],
            body["textContent"],
            body.get("htmlContent", ""),
            body["headers"].get("List-Unsubscribe", ""),
            f"20260302{number:04d}.27287306012@smtp-relay.mailin.fr",
        )

    def accepted(self, taken: Taken) -> Answer:
        return 201, {}, {"messageId": f"<{taken.remote_id}>"}

    def refusal(self, what: str) -> Answer:
        if what == THROTTLE:
            return 429, {"Retry-After": str(WAIT)}, {"code": "too_many_requests", "message": "slow down"}
        if what == BAD_ADDRESS:
            return 400, {}, {"code": "invalid_parameter", "message": "email is not valid in to"}
        if what == SENDER:
            return 400, {}, {"code": "invalid_parameter", "message": "valid sender email required"}
        return 401, {}, {"code": "unauthorized", "message": "Key not found"}

    def log(self, asked: Asked) -> Any:
        return logs.brevo(self, asked)

    def tells(self, what: str, taken: Taken) -> Signed:
        body: dict[str, Any] = {
            "email": taken.recipient,
            "id": 9999999,
            "message-id": f"<{taken.remote_id}>",
            "date": "2026-03-02 10:00:01",
            "ts": 1772442001,
            "ts_epoch": 1772442001000,
            "X-Mailin-custom": json.dumps({"nurture_send": taken.send_id}),
            "tag": '["a","b"]',
        }
        body |= {
            "delivered": {"event": "delivered"},
            "hard": {"event": "hard_bounce", "reason": " RecipientError: 550 5.1.1 User unknown"},
            "soft": {"event": "soft_bounce", "reason": "552 5.2.2 mailbox full"},
            "deferred": {"event": "deferred", "reason": "450 greylisted"},
            "complained": {"event": "spam"},
        }[what]
        return dict(BASIC), json.dumps(body).encode()
