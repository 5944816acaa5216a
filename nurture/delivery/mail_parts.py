"""Parts and fields of a mail that somebody else wrote, however it is put together."""

from __future__ import annotations

import binascii
import html
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from quopri import decodestring

from nurture.delivery.reading import clean

MESSAGE_ID = re.compile(r"<([^<>\s]{3,250})>")
OF_OUR_MAKING = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}@", re.IGNORECASE)
IN_QUOTES = re.compile(r'"[^"]*"')
BETWEEN = re.compile(r"<\s*([^<>\s@]+@[^<>\s]+)")
PARTS_AT_MOST = 500
WORDS_AT_MOST = 60_000
ORIGINALS = frozenset({"message/rfc822", "message/global", "message/global-headers"})
ORIGINAL_HEADERS = frozenset({"text/rfc822-headers", "message/rfc822-headers"})
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)(?=[\s/>])[^<>]*>|<[!?][^<>]*>")
UNSEEN = ("style", "script", "title")
LINES = frozenset(("br", "p", "div", "tr", "td", "li", "table", "blockquote", "pre", "hr", "h1", "h2", "h3"))


def outer_parts(mail: Message) -> Iterator[Message]:
    """All of the mail itself in their order, the mail too; those of a mail within it are not its own."""
    waiting = [mail]
    for _ in range(PARTS_AT_MOST):
        if not waiting:
            return
        part = waiting.pop()
        yield part
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting.extend(one for one in reversed(payload) if isinstance(one, Message))


def field(mail: Message | None, name: str) -> str:
    value = next(iter(values(mail, name)), "") if mail is not None else ""
    return " ".join(clean(value).split())


def values(mail: Message, name: str) -> list[str]:
    """Of all fields of a name; many servers write them in UTF-8, encoded or not."""
    wanted = name.lower()
    return [_in_letters(str(value)) for one, value in mail.raw_items() if one.lower() == wanted]


def _in_letters(value: str) -> str:
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def subject(mail: Message) -> str:
    """In its own letters."""
    given = field(mail, "Subject")
    try:
        return str(make_header(decode_header(given)))
    except (ValueError, LookupError, MessageError):
        return given


def named_address(block: Message | None, name: str) -> str:
    """``rfc822; ann@x.example``"""
    kind, _, value = field(block, name).rpartition(";")
    address = parseaddr(value.strip())[1]
    return address if kind.strip().lower() in ("", "rfc822", "utf-8") and "@" in address else ""


def date(mail: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(field(mail, "Date"))
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else None


def fields(text: str | bytes) -> Message:
    """A group of fields, or a mail, that stood as text."""
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    return message_from_bytes(raw.strip() + b"\n\n", policy=policy.compat32)


def decoded(part: Message, text: str) -> str:
    """What stood in a part that is no text and was encoded all the same."""
    match field(part, "Content-Transfer-Encoding").lower():
        case "base64":
            try:
                return b64decode(text).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                return text
        case "quoted-printable":
            return decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return text


def original(mail: Message) -> Message | None:
    """Our mail, or its headers, as the report gives it back."""
    for part in outer_parts(mail):
        if part.get_content_type() in ORIGINALS:
            payload = part.get_payload()
            found = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(found, Message):
                text = found.get_payload() if not found.items() else ""
                return fields(decoded(part, text)) if isinstance(text, str) and text else found
        if part.get_content_type() in ORIGINAL_HEADERS:
            payload = part.get_payload(decode=True)
            return fields(payload if isinstance(payload, bytes) else b"")
    return None


def words(mail: Message) -> str:
    """The texts of a mail as a person reads them; those in HTML where there is no other."""
    plain = "\n".join(_text(part) for part in outer_parts(mail) if part.get_content_type() == "text/plain")
    if not plain.strip():
        of_html = (_text(part) for part in outer_parts(mail) if part.get_content_type() == "text/html")
        plain = without_tags("\n".join(of_html))
    return plain[:WORDS_AT_MOST]


def without_tags(text: str) -> str:
    said: list[str] = []
    hidden, at = "", 0
    text = text[: 4 * WORDS_AT_MOST]
    for tag in TAG.finditer(text):
        name = (tag[2] or "").lower()
        if not hidden:
            said.append(text[at : tag.start()] + ("\n" if name in LINES else ""))
        if tag[1] and name == hidden:
            hidden = ""
        elif name in UNSEEN and not tag[1]:
            hidden = hidden or name
        at = tag.end()
    return html.unescape("".join([*said, "" if hidden else text[at:]])).replace("\xa0", " ")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        return raw[: 4 * WORDS_AT_MOST].decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):  # a charset that nobody knows
        return raw[: 4 * WORDS_AT_MOST].decode("utf-8", "replace")


def sender(mail: Message) -> str:
    """Bare; programs write names with commas and brackets that no rule allows. Empty: it has none."""
    given = field(mail, "From")
    found = BETWEEN.search(IN_QUOTES.sub("", given))
    address = found[1] if found else parseaddr(given)[1]
    return address if "@" in address else ""


def number_of(mail: Message | None) -> str:
    """The Message-ID, without its brackets."""
    found = MESSAGE_ID.search(field(mail, "Message-ID")) if mail is not None else None
    return found[1] if found else ""


def answered(mail: Message) -> str:
    """The mail of ours that this one answers, as far as it can be seen: colleagues who answered in between
    are named last."""
    found = named_before(mail)
    ours = [number for number in found if OF_OUR_MAKING.match(number)]
    return (ours or found or [""])[-1]


def named_before(mail: Message) -> list[str]:
    """The numbers of what it answers, the latest last."""
    told = [value for name in ("References", "In-Reply-To") for value in values(mail, name)]
    ends = (f"{value[:4000]} {value[4000:][-4000:]}" for value in told)
    return MESSAGE_ID.findall(clean_all(" ".join(ends)))


def clean_all(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
