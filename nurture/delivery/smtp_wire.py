"""A mail's bytes as they must stand on an SMTP connection."""

import re
from email import message_from_bytes, policy

LINE_END = re.compile(rb"\r\n|\r|\n")
LEADING_DOT = re.compile(rb"(?m)^\.")


def body_on_the_wire(mail: bytes) -> bytes:
    """CRLF ends every line, also the last, and no line can be taken for the final dot."""
    lines = LINE_END.sub(b"\r\n", mail)
    return LEADING_DOT.sub(b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def as_seven_bit(mail: bytes) -> bytes:
    """The same mail for a server without 8BITMIME."""
    # Never refolded: for it the head would be decoded first, with all that looks encoded in it.
    seven = policy.SMTP.clone(cte_type="7bit", refold_source="none")
    return message_from_bytes(mail, policy=seven).as_bytes()
