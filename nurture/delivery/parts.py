"""A composed mail taken apart again, for providers that want its parts instead of its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from nurture.delivery.head import quoted, read_mailbox, read_text

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
        return f"{quoted(who[0])} <{who[1]}>" if who[0] else who[1]


def parts_of(mail: bytes) -> Parts:
    message = message_from_bytes(mail, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    # As they stand: the library's own reading decodes what only looks encoded.
    raw = {name.lower(): str(value) for name, value in message.raw_items()}
    others = {
        name: _one_line(str(value))
        for name, value in message.raw_items()
        if name.lower() not in STRUCTURE and not name.lower().startswith("content-")
    }
    return Parts(
        sender=_mailbox(raw.get("from", "")),
        recipient=_mailbox(raw.get("to", "")),
        reply_to=_mailbox(raw.get("reply-to", ""))[1],
        subject=_torn(read_text(raw.get("subject", ""))),
        text=_content(message, "plain"),
        html=_content(message, "html"),
        headers=others,
    )


def sender_of(mail: bytes) -> str:
    """The address that it is from; empty where there is none."""
    head = message_from_bytes(mail.partition(b"\r\n\r\n")[0], policy=policy.compat32)
    return read_mailbox(str(head["From"] or ""))[1]


def _mailbox(raw: str) -> tuple[str, str]:
    name, address = read_mailbox(raw)
    return _torn(name), address


def _torn(text: str) -> str:
    """A provider, too, may decode what looks encoded."""
    return text.replace("=?", "= ?")


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
