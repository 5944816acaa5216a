"""Numbers of our mails in what comes back: our own, and those that providers put in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping

SES = r"[0-9a-f]{16}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d{6}"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PUT_IN_THE_PLACE_OF_OURS = tuple(
    re.compile(rf"({number})@(?:{domain})", re.IGNORECASE)
    for number, domain in (
        (SES, r"(?:[a-z0-9-]+\.)?amazonses\.com"),
        (UUID, r"(?:[a-z0-9-]+\.)?(?:amazonses\.com|resend\.com|mtasv\.net)"),
        (r"[0-9a-f]{24}", r"(?:[a-z0-9-]+\.)?mailersend\.net"),
        (r"[\w-]{22}", r"(?:geopod-)?ismtpd[a-z0-9-]*(?:\.[a-z0-9.-]+)?"),
    )
)
"""By SES, Resend and Postmark, MailerSend, SendGrid: before the ``@`` stands what we keep as the provider's
number. All are long: nobody can guess one, as one can a mail server's."""
KEPT_WHOLE = re.compile(r"[^@\s]{16,}@smtp-relay\.(?:mailin\.fr|sendinblue\.com|brevo\.com)", re.IGNORECASE)
OWN_NUMBER = re.compile(rb"^Message-ID:[ \t]*(<[^<>\s]{3,250}>)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
REFERENCES = re.compile(rb"^References:[^\r\n]*", re.IGNORECASE | re.MULTILINE)


def providers_number(message_id: str) -> str:
    """As the ledger keeps it, of a Message-ID without brackets; empty: no provider makes such."""
    found = (pattern.fullmatch(message_id) for pattern in PUT_IN_THE_PLACE_OF_OURS)
    known = next((match[1] for match in found if match), "")
    return known or (message_id if KEPT_WHOLE.fullmatch(message_id) else "")


def keeping_ours(headers: Mapping[str, str]) -> dict[str, str]:
    """For a provider that writes a Message-ID of its own: ours goes along as a reference, which every reply
    gives back beside that of the mail itself."""
    number = headers.get("Message-ID", "")
    before = headers.get("References", "")
    if not number or number in before.split():
        return dict(headers)
    return {**headers, "References": f"{before} {number}".strip()}


def keeping_ours_whole(mail: bytes) -> bytes:
    """The same of a mail as it is."""
    head, end, content = mail.partition(b"\r\n\r\n")
    number = OWN_NUMBER.search(head)
    if not number:
        return mail
    before = REFERENCES.search(head)
    if before:
        return b"".join((head[: before.end()], b" ", number[1], head[before.end() :], end, content))
    return b"".join((head, b"\r\nReferences: ", number[1], end, content))
