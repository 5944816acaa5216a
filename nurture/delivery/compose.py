"""A rendered message made into the bytes that go out."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy
from email.utils import format_datetime
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from nurture.delivery.addresses import address_on_the_wire
from nurture.delivery.render import Rendered
from nurture.delivery.tracking import Tracker, track, without_scripts
from nurture.domain.errors import NurtureError

__all__ = ["ComposeError", "Composed", "Kind", "Tracker", "compose", "in_a_header", "message_id"]

Kind = Literal["marketing", "operational"]


class _OneLine(UnstructuredHeader, BaseHeader):
    """Never folded: a long address would be encoded for it, and nobody could use it."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
"""Characters that no header can hold, and half letters."""
LONGEST_NAME = 200
HEADERS = HeaderRegistry()
for _name in ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID"):
    HEADERS.map_to_type(_name, _OneLine)
ASCII_LOCAL = SMTP.clone(header_factory=HEADERS)
ANY_LOCAL = SMTPUTF8.clone(header_factory=HEADERS)


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
    to = _address("To", recipient[1], recipient[0])
    mail = EmailMessage(ASCII_LOCAL if to.username.isascii() else ANY_LOCAL)
    headers: dict[str, str | Address] = {
        "From": _address("From", *sender),
        "To": to,
        "Subject": in_a_header(final.subject),
        "Message-ID": message_id,
        "Date": format_datetime(date or datetime.now(UTC)),
        **({"In-Reply-To": answers, "References": answers} if answers else {}),
        **_list_headers(unsubscribe_url, list_id),
        **({"Feedback-ID": feedback_id} if feedback_id else {}),
        **({"Auto-Submitted": "auto-generated"} if kind == "operational" and not unsubscribe_url else {}),
    }
    for name, value in headers.items():
        _set(mail, name, value)
    _fill(mail, final, str(send_id))
    return Composed(_written(mail), links, _digest(final), names)


def _list_headers(unsubscribe_url: str | None, list_id: str | None) -> dict[str, str]:
    """RFC 8058: exactly one web address."""
    headers = {}
    if list_id:
        headers["List-Id"] = f"<{list_id}>"
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def in_a_header(text: str) -> str:
    """What a lead calls themselves may look like an encoded word (RFC 2047): it would be decoded before the
    mail is written, with all that it hides, such as a line of its own."""
    return UNSEEN.sub("", text).replace("=?", "= ?")


def _address(header: str, name: str, address: str) -> Address:
    name = in_a_header(name[:LONGEST_NAME])
    plain = address_on_the_wire(address) or ""
    local, _, domain = plain.rpartition("@")
    try:
        if plain and not local.isascii():  # which the parser of addr_spec refuses
            return Address(name, local, domain)
        return Address(name, addr_spec=plain)
    except (ValueError, IndexError, MessageError):
        failure = ComposeError(header)
    raise failure  # out here: the error above quotes the address


def _set(mail: EmailMessage, name: str, value: str | Address) -> None:
    try:
        mail[name] = value
        return
    except (ValueError, MessageError):
        failure = ComposeError(name)
    raise failure


def _written(mail: EmailMessage) -> bytes:
    """With exactly the headers that were set."""
    try:
        made = mail.as_bytes()
    except ValueError:  # letters where only ASCII can stand
        made = b""
    head = made.partition(b"\r\n\r\n")[0].split(b"\r\n")
    if [line.partition(b":")[0].decode() for line in head if line[:1] not in b" \t"] != mail.keys():
        raise ComposeError("head")
    return made


def _fill(mail: EmailMessage, final: Rendered, seed: str) -> None:
    # Quoted-printable keeps every line short and in ASCII, whatever the servers on the way can do.
    mail.set_content(_whole(final.text), cte="quoted-printable")
    mail.add_alternative(_whole(final.html), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{uuid5(NAMESPACE_URL, seed).hex}")


def _whole(text: str) -> str:
    """Half of a letter, as JSON can hold one, is none."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _digest(final: Rendered) -> str:
    whole = f"{final.subject}\0{final.html}\0{final.text}"
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
