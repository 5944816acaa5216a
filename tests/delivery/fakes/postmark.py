from __future__ import annotations

import base64
import json
import zlib
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

BASIC = {"authorization": "Basic " + base64.b64encode(b"hooks:secret-word").decode()}


class FakePostmark(FakeApi):
    name = "postmark"
    path = "/email"

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "mail_url": f"postmark://pm-token@default?api={self.api}",
            "mail_webhook_key": "hooks:secret-word",
        }

    def allowed(self, asked: Asked) -> bool:
        return asked.headers.get("x-postmark-server-token") == "pm-token" and asked.path == self.path

    def read(self, asked: Asked, number: int) -> Taken:
        body = asked.json
        headers = {each["Name"]: each["Value"] for each in body["Headers"]}
        if len(body["Metadata"]["nurture_send"]) > 80 or body["MessageStream"] != "outbound":
            self.wrong.append("metadata")
        return Taken(
            body["To"].rpartition("<")[2].strip(">"),
            body["Metadata"]["nurture_send"],
            body["Subject"],
            body["TextBody"],
            body.get("HtmlBody", ""),
            headers.get("List-Unsubscribe", ""),
            f"00000000-0000-4000-8000-{number:012d}",
        )

    def accepted(self, taken: Taken) -> Answer:
        return 200, {}, {"To": taken.recipient, "ErrorCode": 0, "Message": "OK", "MessageID": taken.remote_id}

    def refusal(self, what: str) -> Answer:
        if what == THROTTLE:
            return 429, {"Retry-After": str(WAIT)}, {"ErrorCode": 429, "Message": "Rate limit exceeded."}
        if what == BAD_ADDRESS:
            return 422, {}, {"ErrorCode": 300, "Message": "Error parsing 'To': Illegal email address 'x@@y'."}
        if what == SENDER:
            return 422, {}, {"ErrorCode": 400, "Message": "The 'From' address is not a Sender Signature."}
        return 401, {}, {"ErrorCode": 10, "Message": "The Server Token you provided was not found."}

    def log(self, asked: Asked) -> Any:
        return logs.postmark(self, asked)

    def tells(self, what: str, taken: Taken) -> Signed:
        about = {"MessageID": taken.remote_id, "Metadata": {"nurture_send": taken.send_id}, "Tag": ""}
        at = "2026-03-02T09:00:01.9070259Z"
        bounce = {
            "RecordType": "Bounce",
            "ID": zlib.crc32(taken.remote_id.encode()),
            "Email": taken.recipient,
            "BouncedAt": at,
            "Inactive": True,
        }
        bodies: dict[str, dict[str, Any]] = {
            "delivered": {
                "RecordType": "Delivery",
                "Recipient": taken.recipient,
                "DeliveredAt": at,
                "Details": "Test delivery",
            },
            "hard": {
                **bounce,
                "Type": "HardBounce",
                "TypeCode": 1,
                "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist",
            },
            "soft": {
                **bounce,
                "Type": "SoftBounce",
                "TypeCode": 4096,
                "Details": "smtp;552 5.2.2 over quota",
            },
            "deferred": {**bounce, "Type": "Transient", "TypeCode": 2, "Details": "421 try later"},
            "complained": {**bounce, "RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 512},
        }
        return dict(BASIC), json.dumps({**about, **bodies[what]}).encode()
