"""What of a mail arrives at a provider, read from what came over the wire: by its own documented fields, or
from the mail itself where it takes that whole."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from tests.delivery.fakes import FakeApi, FakeSmtp

STRICT = policy.SMTP.clone(raise_on_defect=True)


@dataclass(frozen=True)
class Arrived:
    sender: tuple[str, str]
    """Name and address."""
    recipient: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    """All others, by their names in lower case."""
    raw: bytes = b""
    """Empty: the provider makes the mail of its parts, and signs it."""

    @property
    def size(self) -> int:
        return len(self.raw) or len(self.text.encode()) + len(self.html.encode())


def whole(raw: bytes) -> Arrived:
    """Raises what Python's parser finds wrong."""
    mail = message_from_bytes(raw, policy=STRICT)
    assert isinstance(mail, EmailMessage)
    parts = {part.get_content_type(): str(part.get_content()) for part in mail.walk() if part is not mail}
    assert list(parts) == ["text/plain", "text/html"]
    headers = {name.lower(): str(value) for name, value in mail.items()}
    assert len(headers) == len(mail.items()), "each header once"
    return Arrived(
        parseaddr(headers["from"]),
        parseaddr(headers["to"])[1],
        headers["subject"],
        parts["text/plain"],
        parts["text/html"],
        headers,
        raw,
    )


def _pairs(given: list[dict[str, str]], name: str, value: str) -> dict[str, str]:
    found = {one[name].lower(): one[value] for one in given}
    assert len(found) == len(given), "each header once"
    return found


def _named(who: Mapping[str, str]) -> tuple[str, str]:
    return who.get("name", ""), who["email"]


def _lower(given: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in given.items()}


def _postmark(body: Any) -> Arrived:
    headers = _pairs(body["Headers"], "Name", "Value")
    to = parseaddr(body["To"])[1]
    return Arrived(parseaddr(body["From"]), to, body["Subject"], body["TextBody"], body["HtmlBody"], headers)


def _resend(body: Any) -> Arrived:
    to = parseaddr(body["to"][0])[1]
    words = body["subject"], body["text"], body["html"]
    return Arrived(parseaddr(body["from"]), to, *words, _lower(body["headers"]))


def _sendgrid(body: Any) -> Arrived:
    content = {part["type"]: part["value"] for part in body["content"]}
    to = body["personalizations"][0]["to"][0]["email"]
    words = body["subject"], content["text/plain"], content["text/html"]
    return Arrived(_named(body["from"]), to, *words, _lower(body["headers"]))


def _brevo(body: Any) -> Arrived:
    words = body["subject"], body["textContent"], body["htmlContent"]
    return Arrived(_named(body["sender"]), body["to"][0]["email"], *words, _lower(body["headers"]))


def _mailersend(body: Any) -> Arrived:
    headers = {**_pairs(body["headers"], "name", "value"), "list-unsubscribe": body["list_unsubscribe"]}
    headers["references"] = " ".join(body["references"])
    words = body["subject"], body["text"], body["html"]
    return Arrived(_named(body["from"]), body["to"][0]["email"], *words, headers)


READ: Mapping[str, Callable[[Any], Arrived]] = {
    "postmark": _postmark,
    "resend": _resend,
    "sendgrid": _sendgrid,
    "brevo": _brevo,
    "mailersend": _mailersend,
}
WHOLE = ("smtp", "ses", "mailgun")
"""They take the mail as it is, with our signature."""


def last(fake: FakeApi | FakeSmtp) -> Arrived:
    if isinstance(fake, FakeSmtp):
        return whole(re.sub(rb"(?m)^\.\.", b".", fake.server.accepted[-1]))
    asked = fake.asked[-1]
    if fake.name == "ses":
        return whole(b64decode(asked.json["Content"]["Raw"]["Data"]))
    if fake.name == "mailgun":
        boundary = asked.headers["content-type"].partition("boundary=")[2].encode()
        part = next(one for one in asked.body.split(b"--" + boundary) if b'name="message"' in one)
        return whole(part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n"))
    return READ[fake.name](asked.json)
