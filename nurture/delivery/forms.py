"""Fields of a form that somebody posts to us, from its raw bytes."""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes, policy
from urllib.parse import parse_qsl

from nurture.delivery.hooks import Call
from nurture.delivery.reading import Unreadable

FIELDS_AT_MOST = 200
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
            call.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_AT_MOST
        )
    except WRONG:
        raise Unreadable("not a form") from None
    return dict(reversed(pairs))


def _parts(call: Call) -> Mapping[str, str]:
    head = f"Content-Type: {call.header('content-type')}\r\n\r\n".encode("latin-1", "replace")
    found: dict[str, str] = {}
    for part in message_from_bytes(head + call.body, policy=policy.compat32).walk():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes) and not part.get_filename():
            found.setdefault(name, payload.decode("utf-8", "replace").removesuffix("\r\n"))
        if len(found) > FIELDS_AT_MOST:
            raise ValueError("too many fields")
    return found
