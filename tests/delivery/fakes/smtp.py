"""A mail server, and the reports that others send back."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from nurture.delivery.parts import parts_of
from tests.delivery.fakes.postmark import BASIC
from tests.delivery.fakes.server import BAD_ADDRESS, DROP, TAKE_THEN_DROP, UNKEY, Signed, Taken
from tests.delivery.scripted import ACCEPT_THEN_DROP, Scripted, scripted

ANSWERS: dict[str, dict[str, str]] = {
    BAD_ADDRESS: {"RCPT": "553 5.1.3 bad address"},
    UNKEY: {"EHLO": "250-scripted\r\n250 AUTH PLAIN", "AUTH": "535 5.7.8 bad credentials"},
    DROP: {"RCPT": "drop"},
    TAKE_THEN_DROP: {".": ACCEPT_THEN_DROP},
}


@dataclass
class FakeSmtp:
    script: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    server: Scripted = field(default_factory=Scripted)

    name = "smtp"
    keyed = False

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        async with scripted() as self.server:
            yield

    @property
    def settings(self) -> dict[str, Any]:
        what = self.script[0] if self.script else ""
        self.server.answers.update(ANSWERS.get(what, {}))
        user = "us:word@" if what == UNKEY else ""
        url = f"smtp://{user}127.0.0.1:{self.server.port}?tls=off"
        return {"mail_url": url, "mail_webhook_key": "hooks:secret-word"}

    @property
    def taken(self) -> list[Taken]:
        return [self._taken(mail) for mail in self.server.accepted]

    def _taken(self, mail: bytes) -> Taken:
        parts = parts_of(mail)
        number = parts.headers["Message-ID"].strip("<>")
        unsubscribe = parts.headers.get("List-Unsubscribe", "")
        return Taken(parts.recipient[1], "", parts.subject, parts.text, parts.html, unsubscribe, number)

    def tells(self, what: str, taken: Taken) -> Signed:
        if what == "complained":
            return dict(BASIC), _report("feedback-report", ARF.format(to=taken.recipient), taken)
        action, status, said = {
            "delivered": ("delivered", "2.0.0", "250 ok"),
            "hard": ("failed", "5.1.1", "550 5.1.1 user unknown"),
            "soft": ("failed", "5.2.2", "552 5.2.2 mailbox full"),
            "deferred": ("delayed", "4.4.1", "451 later"),
        }[what]
        fields = DSN.format(to=taken.recipient, action=action, status=status, said=said)
        return dict(BASIC), _report("delivery-status", fields, taken)


DSN = """Reporting-MTA: dns; mx.people.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}
"""
ARF = """Feedback-Type: abuse
User-Agent: Feedback/1.0
Version: 1
Original-Rcpt-To: <{to}>
"""
REPORT = """From: mailer-daemon@people.example
To: news@ours.example
Subject: Report
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: text/plain

Something about your mail.
--b
Content-Type: message/{kind}

{fields}
--b
Content-Type: text/rfc822-headers

Message-ID: <{number}>
Subject: {subject}
--b--
"""


def _report(kind: str, fields: str, taken: Taken) -> bytes:
    text = REPORT.format(kind=kind, fields=fields, number=taken.remote_id, subject=taken.subject)
    return text.replace("\n", "\r\n").encode()
