"""Fields of a form that somebody posts to us, from its raw bytes."""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import Message
from urllib.parse import parse_qsl

from nurture.delivery.hooks import Call
from nurture.delivery.mail_parts import outer_parts
from nurture.delivery.reading import Unreadable

FIELDS_AT_MOST = 200
LOSSLESS = "surrogateescape"
"""Mails are in any charset: their bytes can be had back."""
WRONG = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


def is_form(call: Call) -> bool:
    return (
        call.header("content-type")
        .lower()
        .startswith(("multipart/form-data", "application/x-www-form-urlencoded"))
    )


def fields_of(call: Call) -> Mapping[str, str]:
    """The first of each name; files and what is no text are left out. Raises Unreadable."""
    try:
        if call.header("content-type").lower().startswith("multipart/"):
            return _parts(call)
        pairs = parse_qsl(
            call.body.decode("utf-8", LOSSLESS),
            keep_blank_values=True,
            errors=LOSSLESS,
            max_num_fields=FIELDS_AT_MOST,
        )
    except WRONG:
        raise Unreadable("not a form") from None
    return dict(reversed(pairs))


def in_charset(text: str, charset: str) -> str:
    """A field whose own charset was told apart from it."""
    try:
        return text.encode("utf-8", LOSSLESS).decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # a charset that nobody knows
        return text


def _parts(call: Call) -> Mapping[str, str]:
    head = f"Content-Type: {call.header('content-type')}\r\n\r\n".encode("latin-1", "replace")
    found: dict[str, str] = {}
    for part in outer_parts(message_from_bytes(head + call.body, policy=policy.compat32)):
        name = part.get_param("name", header="content-disposition")
        inner = part.get_payload()
        payload = part.get_payload(decode=True)
        if (
            part.get_content_maintype() == "message"
            and isinstance(inner, list)
            and isinstance(inner[0], Message)
        ):
            payload = inner[0].as_bytes()
        if isinstance(name, str) and isinstance(payload, bytes) and not part.get_filename():
            found.setdefault(name, payload.decode("utf-8", LOSSLESS).removesuffix("\r\n"))
        if len(found) > FIELDS_AT_MOST:
            raise ValueError("too many fields")
    return found
