"""A rendered message made into the bytes that go out."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from nurture.delivery.head import mailbox_field, text_field, token_field
from nurture.delivery.render import Rendered
from nurture.delivery.tracking import Tracker, track, without_scripts
from nurture.domain.errors import NurtureError

__all__ = ["ComposeError", "Composed", "Kind", "Tracker", "compose", "compose_note", "message_id"]

Kind = Literal["marketing", "operational"]
LINE_BREAK = re.compile(r"[\r\n]")


class ComposeError(NurtureError):
    """A header that cannot stand in a mail. Names the header, never its value (promise 7)."""

    def __init__(self, header: str) -> None:
        super().__init__(
            f"The {header} of this mail cannot be written.",
            "It must be one line, and an address must be one plain address.",
        )
        self.header = header


@dataclass(frozen=True, slots=True)
class Composed:
    mail: bytes
    links: list[str]
    """Where each tracked link leads, by index."""
    body_sha256: str
    """Of subject, HTML and text as sent; headers that change with every try do not count."""
    names: dict[str, str] = field(default_factory=dict)
    """Index of a link -> what the message calls it."""


def message_id(send_id: UUID | str, domain: str) -> str:
    """The same for every try of one send."""
    return f"<{uuid5(NAMESPACE_URL, f'nurture:send:{send_id}')}@{domain}>"


def compose(  # noqa: PLR0913 - each is one header or one choice; a holder for them would only be a second name
    rendered: Rendered,
    *,
    send_id: UUID | str,
    message_id: str,
    sender: tuple[str, str],
    recipient: tuple[str, str],
    tracker: Tracker | None,
    unsubscribe_url: str | None,
    list_id: str | None,
    feedback_id: str | None,
    kind: Kind,
    date: datetime | None = None,
    answers: str | None = None,
) -> Composed:
    """`sender` is (name, address), `recipient` (address, name). `answers`: the Message-ID of the
    mail before in its thread. No tracker: plain links, no pixel."""
    final, links, names = (
        track(rendered, send_id, tracker) if tracker else (without_scripts(rendered), list[str](), {})
    )
    head = [
        _mailbox("From", *sender),
        _mailbox("To", recipient[1], recipient[0]),
        _text("Subject", final.subject),
        *(
            _token(name, value)
            for name, value in (
                ("Message-ID", message_id),
                ("Date", format_datetime(date or datetime.now(UTC))),
                *((("In-Reply-To", answers), ("References", answers)) if answers else ()),
                *_list_headers(unsubscribe_url, list_id),
                *((("Feedback-ID", feedback_id),) if feedback_id else ()),
                *(
                    (("Auto-Submitted", "auto-generated"),)
                    if kind == "operational" and not unsubscribe_url
                    else ()
                ),
            )
        ),
    ]
    mail = "".join(head).encode() + _content(final, str(send_id))
    return Composed(mail, links, _digest(final), names)


def compose_note(
    sender: str, recipient: str, subject: str, text: str, *, message_id: str, date: datetime | None = None
) -> bytes:
    """A plain mail to one of our own people, from an address without a name."""
    content = EmailMessage(SMTP)
    content.set_content(_whole(text))
    head = (
        _mailbox("From", "", sender),
        _mailbox("To", "", recipient),
        _text("Subject", " ".join(subject.split())),
        _token("Message-ID", message_id),
        _token("Date", format_datetime(date or datetime.now(UTC))),
        _token("Auto-Submitted", "auto-generated"),
    )
    return "".join(head).encode() + content.as_bytes()


def _list_headers(unsubscribe_url: str | None, list_id: str | None) -> Iterator[tuple[str, str]]:
    """RFC 8058: exactly one web address."""
    if list_id:
        yield "List-Id", f"<{list_id}>"
    if unsubscribe_url:
        yield "List-Unsubscribe", f"<{unsubscribe_url}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _mailbox(header: str, name: str, address: str) -> str:
    if not LINE_BREAK.search(name):
        with suppress(ValueError):
            return mailbox_field(header, name, address)
    raise ComposeError(header)  # out here: the error above may quote the address


def _text(header: str, text: str) -> str:
    if LINE_BREAK.search(text):
        raise ComposeError(header)
    return text_field(header, text)


def _token(header: str, value: str) -> str:
    with suppress(ValueError):
        return token_field(header, value)
    raise ComposeError(header)


def _content(final: Rendered, seed: str) -> bytes:
    # Quoted-printable keeps every line short and in ASCII, whatever the servers on the way can do.
    mail = EmailMessage(SMTP)
    mail.set_content(_whole(final.text), cte="quoted-printable")
    mail.add_alternative(_whole(final.html), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{uuid5(NAMESPACE_URL, seed).hex}")
    return mail.as_bytes()


def _whole(text: str) -> str:
    """Half of a letter, as JSON can hold one, is none."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _digest(final: Rendered) -> str:
    whole = f"{final.subject}\0{final.html}\0{final.text}"
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
