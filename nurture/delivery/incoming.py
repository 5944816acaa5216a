"""What mails tell that come to our sender's address or to that of the envelope: reports of delivery and of
complaints, what machines answer, and what people do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses

from nurture.delivery.complaints import FEEDBACK, complained, in_microsofts_form, sent_from
from nurture.delivery.delivery_reports import STATUS, blocks, reported
from nurture.delivery.machine_answers import by_a_machine, receipt_of
from nurture.delivery.mail_parts import answered, date, named_before, outer_parts, sender, values
from nurture.delivery.own_words import wants_no_mail
from nurture.delivery.reading import clean
from nurture.delivery.returns import ReturnPath
from nurture.delivery.worded_reports import from_a_server, tells_of_failure, worded
from nurture.domain.mail_events import NO_MAIL_PLEASE, MailEvent, Odd, Told

READ_AT_MOST = 4_000_000
"""Bytes: what a mail is about stands at its beginning."""
NUMBERS_AT_MOST = 50
ARRIVED_AT = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
BY_HAND = "mail"
BY_PEOPLE = (BY_HAND, NO_MAIL_PLEASE)
# The parser of the standard library is not proof against everything that calls itself a mail.
NOT_A_MAIL = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


def told_by(
    raw: bytes, number: str, returns: ReturnPath | None = None, arrived_at: Sequence[str] = ()
) -> list[MailEvent | Odd]:
    """What a mail that came in tells. It proves nothing of who wrote it, but for one that came to an address
    of ``returns``, or gives it back, which none knows but who had that very mail of ours."""
    try:
        mail = message_from_bytes(raw[:READ_AT_MOST], policy=policy.compat32)
        return told_by_mail(mail, number, returns, arrived_at)
    except NOT_A_MAIL:
        return [Odd(0, "not a mail")]


def told_by_mail(
    mail: Message, number: str, returns: ReturnPath | None = None, arrived_at: Sequence[str] = ()
) -> list[MailEvent | Odd]:
    """May raise one of NOT_A_MAIL."""
    found = list(_events(mail, number))
    send_id = _sent(mail, returns, found, arrived_at) if returns else ""
    # Whom a proved one names is not believed: it is about the mail that its address tells of.
    by_address = {"send_id": send_id, "recipient": "", "proved": True} if send_id else {"proved": False}
    return [replace(one, **by_address) if isinstance(one, MailEvent) else one for one in found]


def _sent(
    mail: Message, returns: ReturnPath, found: Sequence[MailEvent | Odd], arrived_at: Sequence[str]
) -> str:
    """The ledger's id in the address that the mail came to, or that a report gives back; empty: in none."""
    to = (value for name in ARRIVED_AT for value in values(mail, name))
    addresses = [*arrived_at] + [address for value in to for _, address in getaddresses([clean(value)])]
    if not any(isinstance(one, MailEvent) and one.name in BY_PEOPLE for one in found):
        addresses += sent_from(mail)  # what people attach may be somebody else's
    return next((send for address in addresses if (send := returns.read(address))), "")


def _events(mail: Message, number: str) -> Iterator[MailEvent | Odd]:
    kinds = _kinds(mail)
    if kinds & STATUS and any(True for _ in blocks(mail, STATUS)):
        yield from reported(mail, number)
    elif kinds & FEEDBACK or in_microsofts_form(mail):
        yield complained(mail, number)
    elif tells_of_failure(mail):
        yield from worded(mail, number)
    elif kinds & STATUS:
        yield Odd(0, "a report without a recipient")
    else:
        yield _answer(mail, number)


def _answer(mail: Message, number: str) -> MailEvent:
    told, name, about = _kind_of_answer(mail)
    also = tuple(named_before(mail)[-NUMBERS_AT_MOST:])
    return MailEvent(told, number, name, date(mail), remote_id=about, also=also, recipient=sender(mail))


def _kind_of_answer(mail: Message) -> tuple[Told, str, str]:
    if from_a_server(mail):
        # Neither a failure nor an answer, and no proof that anything arrived.
        return Told.OTHER, "mail of a server", answered(mail)
    if by_a_machine(mail):
        return Told.REPLIED, "auto-reply", receipt_of(mail)
    if wants_no_mail(mail):
        return Told.UNSUBSCRIBED, NO_MAIL_PLEASE, answered(mail)
    return Told.ANSWERED, BY_HAND, answered(mail)


def _kinds(mail: Message) -> frozenset[str]:
    """Of reports, by what the head says and by the parts: some servers write `multipart/mixed`."""
    found = {part.get_content_type() for part in outer_parts(mail)}
    if mail.get_content_type() == "multipart/report":
        found.add(f"message/{str(mail.get_param('report-type') or '').lower()}")
    return frozenset(found)
