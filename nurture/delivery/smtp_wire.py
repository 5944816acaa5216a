"""Bytes and addresses as they must stand on an SMTP connection."""

import re
from email import message_from_bytes, policy

import idna

LINE_END = re.compile(rb"\r\n|\r|\n")
LEADING_DOT = re.compile(rb"(?m)^\.")
BARE_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f,;:\\\"()\[\]]+@[^\s<>@\x00-\x1f\x7f,;\\\"()]+")


def body_on_the_wire(mail: bytes) -> bytes:
    """CRLF ends every line, also the last, and no line can be taken for the final dot."""
    lines = LINE_END.sub(b"\r\n", mail)
    return LEADING_DOT.sub(b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def as_seven_bit(mail: bytes) -> bytes:
    """The same mail for a server without 8BITMIME."""
    return message_from_bytes(mail, policy=policy.SMTP.clone(cte_type="7bit")).as_bytes()


def address_on_the_wire(address: str) -> str | None:
    """With the domain in ASCII; None when it is not one plain address."""
    if not BARE_ADDRESS.fullmatch(address):
        return None
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return None
