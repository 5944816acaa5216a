"""A composed mail taken apart again, for providers that want its parts instead of its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage

STRUCTURE = frozenset({"from", "to", "subject", "date", "mime-version", "reply-to", "dkim-signature"})
"""Headers that have a place of their own in what a provider takes, and a signature over other bytes than the
provider's; those of the content begin with
``content-``."""


@dataclass(frozen=True)
class Parts:
    sender: tuple[str, str]
    """Name, which may be empty, and address."""
    recipient: tuple[str, str]
    reply_to: str
    subject: str
    text: str
    html: str
    """Empty: the mail is plain text."""
    headers: Mapping[str, str]
    """All others, such as those of the list."""

    def named(self, who: tuple[str, str], email: str = "email", name: str = "name") -> dict[str, str]:
        """``{"email": ..., "name": ...}``, without a name that is empty."""
        return {email: who[1], **({name: who[0]} if who[0] else {})}

    def line(self, who: tuple[str, str]) -> str:
        """``"Ann Example" <ann@...>``, quoted as a header is."""
        local, _, domain = who[1].rpartition("@")
        return str(Address(who[0], local, domain))


def parts_of(mail: bytes) -> Parts:
    message = message_from_bytes(mail, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    others = {
        name: _one_line(str(value))
        for name, value in message.items()
        if name.lower() not in STRUCTURE and not name.lower().startswith("content-")
    }
    return Parts(
        sender=_address(message, "From"),
        recipient=_address(message, "To"),
        reply_to=_address(message, "Reply-To")[1],
        subject=_one_line(str(message["Subject"] or "")),
        text=_content(message, "plain"),
        html=_content(message, "html"),
        headers=others,
    )


def _address(message: EmailMessage, name: str) -> tuple[str, str]:
    header = message[name]
    if not isinstance(header, AddressHeader) or not header.addresses:
        return "", ""
    first = header.addresses[0]
    return first.display_name, f"{first.username}@{first.domain}" if first.domain else first.username


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
