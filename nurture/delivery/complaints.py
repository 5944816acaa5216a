"""Complaints of readers: reports in the form of RFC 5965, and Microsoft's own."""

from __future__ import annotations

import re
from email.message import Message
from email.utils import parseaddr

from nurture.delivery.delivery_reports import blocks
from nurture.delivery.mail_parts import date, field, named_address, number_of, original, subject
from nurture.domain.mail_events import MailEvent, Told

FEEDBACK = frozenset({"message/feedback-report"})
ABUSE = ("abuse", "fraud", "virus", "other")
OPT_OUT = ("opt-out", "opt-out-list")
KIND = re.compile(r"[\w-]+")
BLACKENED = re.compile(
    r"redacted|undisclosed|anonymi[sz]ed|removed|\*{2,}|#{2,}|^(x{3,}|hidden|recipient|suppressed|unknown)$",
    re.IGNORECASE,
)
SIGNS = re.compile(r"\w")
JUNK_MAIL_REPORTING = "X-HmXmrOriginalRecipient"
"""Written by Microsoft's programme into the mail that it gives back, and by nobody else."""


def in_microsofts_form(mail: Message) -> bool:
    return bool(
        subject(mail).lower().startswith("complaint about message")
        and field(original(mail), JUNK_MAIL_REPORTING)
    )


def complained(mail: Message, number: str) -> MailEvent:
    report = next(blocks(mail, FEEDBACK), Message())
    found = KIND.search(field(report, "Feedback-Type").lower())
    kind = found[0] if found else "abuse"
    sent = original(mail)
    told = Told.COMPLAINED if kind in ABUSE else Told.UNSUBSCRIBED if kind in OPT_OUT else Told.OTHER
    named = named_address(report, "Original-Rcpt-To") or parseaddr(field(sent, JUNK_MAIL_REPORTING))[1]
    return MailEvent(
        told,
        number,
        f"arf {kind}"[:100],
        date(mail),
        remote_id=number_of(sent),
        recipient=seen(named) or seen(named_address(sent, "To")),
    )


def seen(address: str) -> str:
    """Empty: somebody has made it unreadable, as some programmes do with whoever complains."""
    local = address.rpartition("@")[0]
    return "" if BLACKENED.search(local) or not SIGNS.search(local) else address


def sent_from(mail: Message) -> list[str]:
    """The envelope's sender of the mail that a report is about, where the report gives it back."""
    told = (field(report, "Original-Mail-From") for report in blocks(mail, FEEDBACK))
    found = [*told, field(original(mail), "Return-Path")]
    return [address for one in found if "@" in (address := parseaddr(one)[1])]
